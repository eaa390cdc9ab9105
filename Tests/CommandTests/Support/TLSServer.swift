import Foundation
import Testing

/// A server that ends TLS with a certificate and hands what it holds to a port of this machine, as a reverse proxy does. It is
/// Python's, whose TLS is not the one that is tested.
struct TLSServer {
    /// Files in PEM.
    struct Identity: Sendable {
        let certificate: String
        let key: String
    }

    private static let program = """
        import asyncio, ssl, sys

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])

        async def copy(reader, writer):
            try:
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
            except OSError:
                pass
            finally:
                writer.close()

        async def serve(reader, writer):
            try:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[3]))
            except OSError:
                writer.close()
                return
            await asyncio.gather(copy(reader, far_writer), copy(far_reader, writer))

        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
            print(server.sockets[0].getsockname()[1], flush=True)
            # Until the test is over, or gone.
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

        asyncio.run(main())
        """

    /// Runs `body` while it listens.
    static func with(_ identity: Identity, before port: Int, _ body: (_ port: Int) async throws -> Void) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, identity.certificate, identity.key, "\(port)"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            try? input.fileHandleForWriting.close()
            process.terminate()
        }
        // One short line is all that it says.
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let own = try #require(Int(said.trimmingCharacters(in: .newlines)), "the TLS server does not start")
        try await body(own)
    }
}
