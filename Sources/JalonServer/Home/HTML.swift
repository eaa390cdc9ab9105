import ActionPlans

/// The few pages the service has.
enum HTML {
    static func page(title: String, language: Language, _ body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="\(language.rawValue)">
        <head><meta charset="utf-8"/><title>Jalon : \(escaped(title))</title>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <style>body{font-family:system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
        table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc}
        caption{text-align:left;font-weight:600;padding:1rem 0 .3rem}.number{text-align:right}
        pre{white-space:pre-wrap;background:#f4f4f4;padding:1rem}
        @media print{body{max-width:none;margin:0}a{color:inherit}tr{break-inside:avoid}}</style>
        </head>
        <body>\(body)</body></html>

        """
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
