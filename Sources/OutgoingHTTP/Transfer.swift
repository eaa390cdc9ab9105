import CLibcurl

/// A handle of libcurl, for one transfer on one thread.
final class Transfer {
    private let handle: UnsafeMutableRawPointer
    private let reception: Reception
    private let errors: UnsafeMutablePointer<CChar>

    /// In milliseconds: for the connection, its tunnel and its encryption.
    private static let connectTimeout = 10_000
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(_ exchange: HTTPExchange, to address: String) throws {
        guard Self.isReady, let handle = curl_easy_init() else { throw ExchangeFault(.other, "libcurl does not start") }
        self.handle = handle
        reception = Reception(limit: exchange.largestAnswer)
        errors = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errors.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try setPointer(CURLOPT_ERRORBUFFER, errors)
        try setText(CURLOPT_URL, address)
        try setNumber(CURLOPT_PATH_AS_IS, 1)
        try setNumber(CURLOPT_NOSIGNAL, 1)
        try setNumber(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try setNumber(CURLOPT_CONNECTTIMEOUT_MS, Self.connectTimeout)
        let (seconds, attoseconds) = exchange.patience.components
        try setNumber(CURLOPT_TIMEOUT_MS, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
        try setNumber(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(exchange.proxy)
        try set(exchange.authorities)
        try setReceivers()
    }

    deinit {
        curl_easy_cleanup(handle)
        errors.deallocate()
    }

    // MARK: - What is asked

    /// An empty text keeps libcurl from reading the environment.
    private func set(_ proxy: HTTPExchange.Proxy?) throws {
        try setText(CURLOPT_NOPROXY, "")
        try setText(CURLOPT_PROXY, proxy?.address ?? "")
        try setNumber(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
        try setNumber(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        guard let proxy, let name = proxy.name else { return }
        try setText(CURLOPT_PROXYUSERNAME, name)
        try setText(CURLOPT_PROXYPASSWORD, proxy.password)
    }

    private func set(_ authorities: [UInt8]?) throws {
        guard let authorities else { return }
        try check(
            authorities.withUnsafeBytes { bytes in
                var blob = curl_blob(
                    data: UnsafeMutableRawPointer(mutating: bytes.baseAddress), len: bytes.count, flags: UInt32(CURL_BLOB_COPY))
                return curl_set_pointer(handle, CURLOPT_CAINFO_BLOB, &blob)
            })
        try setPointer(CURLOPT_CAPATH, nil)
    }

    private func setReceivers() throws {
        let context = Unmanaged.passUnretained(reception).toOpaque()
        try setPointer(CURLOPT_WRITEDATA, context)
        try setPointer(CURLOPT_HEADERDATA, context)
        try setPointer(CURLOPT_PREREQDATA, context)
        try check(
            curl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { bytes, _, count, context in
                guard let context else { return 0 }
                let reception = Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
                return reception.receive(UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
            })
        try check(
            curl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { bytes, _, count, context in
                guard let context else { return 0 }
                let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
                Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue().receiveHead(line)
                return count
            })
        try check(
            curl_set_start(handle) { context, _, _, _, _ in
                guard let context else { return CURL_PREREQFUNC_ABORT }
                Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue().leave()
                return CURL_PREREQFUNC_OK
            })
    }

    // MARK: - What comes

    func answer(to request: HTTPExchange.Request) throws -> HTTPExchange.Answer {
        try setText(CURLOPT_CUSTOMREQUEST, request.method)
        if request.method == "HEAD" { try setNumber(CURLOPT_NOBODY, 1) }
        var lines = UnsafeMutablePointer<curl_slist>?.none
        defer { curl_slist_free_all(lines) }
        // Nothing is waited for before the body, which libcurl does by default with a long one.
        for line in ["Connection: close", "Expect:", "Proxy-Connection:"]
            + request.fields.lines.map({ "\($0.name): \($0.value)" })
        {
            lines = curl_slist_append(lines, line)
        }
        if request.fields["Accept"] == nil { lines = curl_slist_append(lines, "Accept:") }
        try setPointer(CURLOPT_HTTPHEADER, lines)
        let hasBody = !request.body.isEmpty || ["PUT", "POST", "PATCH"].contains(request.method)
        let code = try request.body.withUnsafeBytes { body in
            if hasBody {
                try setNumber(CURLOPT_POST, 1)
                try check(curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
                // Not copied: it is there until the end of the transfer.
                try setPointer(CURLOPT_POSTFIELDS, body.baseAddress ?? UnsafeRawPointer(errors))
            }
            return curl_easy_perform(handle)
        }
        guard code == CURLE_OK, reception.isBegun else { throw fault(code) }
        return HTTPExchange.Answer(status: reception.status, fields: reception.fields, body: reception.body)
    }

    func certificates() throws -> [ShownCertificate] {
        try setNumber(CURLOPT_CONNECT_ONLY, 1)
        try setNumber(CURLOPT_CERTINFO, 1)
        try setNumber(CURLOPT_SSL_VERIFYPEER, 0)
        try setNumber(CURLOPT_SSL_VERIFYHOST, 0)
        let code = curl_easy_perform(handle)
        guard code == CURLE_OK else { throw fault(code) }
        guard let shown = curl_certificates(handle)?.pointee else { return [] }
        return (0..<Int(shown.num_of_certs)).map { ShownCertificate(shown.certinfo[$0]) }
    }

    private func fault(_ code: CURLcode) -> ExchangeFault {
        ExchangeFault(code, String(cString: errors), reception, handle)
    }

    // MARK: - Options

    private func check(_ code: CURLcode) throws {
        guard code == CURLE_OK else { throw fault(code) }
    }

    private func setNumber(_ option: CURLoption, _ value: Int) throws { try check(curl_set_number(handle, option, value)) }

    private func setText(_ option: CURLoption, _ value: String) throws { try check(curl_set_pointer(handle, option, value)) }

    private func setPointer(_ option: CURLoption, _ value: UnsafeRawPointer?) throws {
        try check(curl_set_pointer(handle, option, value))
    }
}

extension ShownCertificate {
    /// - Parameter lines: what libcurl says of a certificate, a line for each thing: `Expire date:Feb 29 00:00:00 2024 GMT`.
    fileprivate init(_ lines: UnsafePointer<curl_slist>?) {
        var said: [String: String] = [:]
        var next = lines
        while let line = next?.pointee {
            let text = String(cString: line.data)
            if let colon = text.firstIndex(of: ":") { said[String(text[..<colon])] = String(text[text.index(after: colon)...]) }
            next = UnsafePointer(line.next)
        }
        func moment(_ name: String) -> Int? {
            said[name].map { Int(curl_getdate($0, nil)) }.flatMap { $0 < 0 ? nil : $0 }
        }
        notBefore = moment("Start date")
        notAfter = moment("Expire date")
        names = (said["X509v3 Subject Alternative Name"] ?? "").split(separator: ",").compactMap { name in
            let name = name.drop { $0 == " " }
            return ["DNS:", "IP Address:"].first { name.hasPrefix($0) }.map { String(name.dropFirst($0.count)) }
        }
    }
}
