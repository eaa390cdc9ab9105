import Cryptography
import FoundationEssentials

/// The look of the pages: sober, in blocks, by the system's fonts. It is in each page, so that a page is one request.
enum PageStyle {
    /// Without a character that has a meaning in markup.
    static let text = """
        *{box-sizing:border-box}
        body{margin:0;overflow-wrap:break-word;color:#161616;background:#fff;font:1rem/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}
        .inner{max-width:72rem;margin:0 auto;padding:0 1rem}
        .band{border-bottom:1px solid #ddd}
        .band .inner{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.5rem;padding-top:.75rem;padding-bottom:.75rem}
        .band ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:0;padding:0;list-style:none}
        .band nav{flex:1}
        .band p{margin:0}
        .band a{display:inline-block;padding:.25rem 0;text-decoration:none}
        .band a:hover,.band [aria-current]{text-decoration:underline;text-decoration-thickness:2px}
        .name{font-size:1.25rem;font-weight:700}
        .skip{position:absolute;left:-99rem}
        .skip:focus{left:1rem;top:.5rem;padding:.5rem 1rem;background:#fff}
        main{padding-top:1rem;padding-bottom:2rem}
        a{color:#000091;text-underline-offset:.2em}
        a:hover{text-decoration-thickness:2px}
        :focus-visible{outline:2px solid #0a76f6;outline-offset:2px}
        h1{margin:1rem 0;font-size:1.9rem;line-height:1.25}
        h2{margin:2.5rem 0 .75rem;font-size:1.4rem;line-height:1.3}
        h3{margin:1.75rem 0 .5rem;font-size:1.15rem}
        p,li,dd{max-width:46rem}
        .lead{margin:1rem 0;padding:.75rem 1.25rem;border-left:4px solid #000091;background:#f5f5fe;font-size:1.3rem;font-weight:700}
        .beside{display:grid;gap:1rem 2rem;grid-template-columns:minmax(0,1fr);align-items:start}
        .beside *{min-width:0}
        figure{margin:0}
        figure svg{display:block;width:100%;height:auto;max-width:30rem}
        figcaption,small{font-size:.875rem;color:#3a3a3a}
        figcaption{margin-top:.5rem}
        table{border-collapse:collapse;width:100%;margin:0 0 1rem}
        caption{padding:.5rem 0;text-align:left;font-weight:700}
        th,td{padding:.4rem .5rem;text-align:left;vertical-align:top;border-bottom:1px solid #ddd}
        thead th{border-bottom:2px solid #161616;background:#f6f6f6;vertical-align:bottom}
        tbody th,th small{font-weight:400}
        th code{white-space:nowrap}
        .number{text-align:right;font-variant-numeric:tabular-nums}
        td.number{white-space:nowrap}td.number small{white-space:normal}
        pre,code{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;font-size:.875em}
        pre{max-width:100%;padding:.75rem 1rem;background:#f6f6f6;white-space:pre-wrap;overflow-wrap:anywhere}
        code{overflow-wrap:anywhere}
        dl{margin:1rem 0}
        dl div{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:0 1.5rem;padding:.4rem 0;border-bottom:1px solid #ddd}
        dt{font-weight:700}
        dd{margin:0;overflow-wrap:anywhere}
        footer{border-top:2px solid #000091}
        @media(min-width:72rem){.beside{grid-template-columns:24rem minmax(0,1fr)}}
        @media(max-width:48rem){.band nav{order:3;flex:1 0 100%}.band p{margin-left:auto}}
        @media(max-width:40rem){h1{font-size:1.5rem}h2{font-size:1.25rem}.lead{font-size:1.125rem}dl div{grid-template-columns:1fr}
        table,caption,tbody,tbody th,td{display:block}thead{position:absolute;left:-99rem}
        tr{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.4rem 0;border-bottom:1px solid #ddd}
        tbody th,td{padding:0;border:0}tbody th{flex:1 0 100%;font-weight:700}
        th code{white-space:normal}td::before{content:attr(data-title)'\\a0 ';font-weight:400;color:#545454}}
        @media print{body{font-size:10pt}.inner{max-width:none;padding:0}.band nav,.skip,.screen{display:none}a{color:inherit}
        .beside{grid-template-columns:minmax(0,1fr)}figure svg{max-width:24rem}thead th,.lead{background:none}
        h2,h3,caption{break-after:avoid}figure,tr,.lead{break-inside:avoid}th,td{padding:.2rem .4rem}}
        """

    /// What a page may load: its own style, and an icon that is nothing. It runs nothing and sends nothing.
    static let policy =
        "default-src 'none'; style-src 'sha256-\(Data(SHA256.hash(Array(text.utf8))).base64EncodedString())'; img-src data:; "
        + "base-uri 'none'; form-action 'none'"
}
