import CLibcurl

/// Why no answer came.
package struct ExchangeFault: Error, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        /// No connection: with `errno`, or 0 where that is not known.
        case unreachable(Int32)
        case unknownHost
        /// The deadline passed before the answer was whole, or before there was a connection.
        case late(isConnecting: Bool)
        case tooLarge
        /// The connection ended before the answer began.
        case cut
        /// It ended between the head of the answer and its end.
        case cutMidway
        /// The proxy did not open a way to the server.
        case noTunnel(status: Int)
        case notHTTP
        /// It was refused; whether it was found good, but for another host.
        case certificate(isOtherName: Bool)
        /// What is trusted cannot be read.
        case authorities
        case handshake
        case other
    }

    package let reason: Reason
    /// In libcurl's words.
    package let description: String
    /// Whether the request had left: it may have been carried out.
    package let hasLeft: Bool

    init(_ reason: Reason, _ description: String, hasLeft: Bool = false) {
        self.reason = reason
        self.description = description
        self.hasLeft = hasLeft
    }

    /// - Parameters:
    ///   - code: what `curl_easy_perform` returned.
    ///   - text: what it wrote of it.
    init(_ code: CURLcode, _ text: String, _ reception: Reception, _ handle: UnsafeMutableRawPointer) {
        let description = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
        self.init(Self.reason(code, reception, handle), description, hasLeft: reception.hasLeft)
    }

    private static func reason(
        _ code: CURLcode, _ reception: Reception, _ handle: UnsafeMutableRawPointer
    ) -> Reason {
        let tunnel = curl_number(handle, CURLINFO_HTTP_CONNECTCODE)
        if !reception.hasLeft, tunnel != 0, !(200..<300).contains(tunnel) { return .noTunnel(status: tunnel) }
        if reception.isTooLarge { return .tooLarge }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .unknownHost
        case CURLE_COULDNT_CONNECT: return .unreachable(Int32(curl_number(handle, CURLINFO_OS_ERRNO)))
        case CURLE_OPERATION_TIMEDOUT: return .late(isConnecting: !reception.hasLeft)
        case CURLE_PEER_FAILED_VERIFICATION:
            // No verdict of OpenSSL's, or a good one: libcurl itself has compared the names, after the rest was found good.
            return .certificate(isOtherName: (0...1).contains(curl_number(handle, CURLINFO_SSL_VERIFYRESULT)))
        case CURLE_SSL_CACERT_BADFILE: return .authorities
        case CURLE_SSL_CONNECT_ERROR: return .handshake
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: return .notHTTP
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_OK:
            return reception.isBegun ? .cutMidway : .cut
        default: return .other
        }
    }
}
