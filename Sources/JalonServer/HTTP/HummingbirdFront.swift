import ActionPlans
import HTTPTypes
import Hummingbird
import NIOCore

/// What Hummingbird makes for each request; nothing of it is needed beyond the request itself.
package struct FrontContext: InitializableFromSource {
    package init(source: ApplicationRequestContextSource) {}
}

/// Puts the dispatcher behind Hummingbird's server: translates requests and answers, and nothing else.
package struct HummingbirdFront: HTTPResponder {
    private let dispatcher: Dispatcher

    package init(_ dispatcher: Dispatcher) {
        self.dispatcher = dispatcher
    }

    package func respond(to request: Request, context: FrontContext) async throws -> Response {
        let incoming = IncomingRequest(
            method: request.method, target: request.head.path ?? "/", fields: request.headers,
            body: { limit in
                do {
                    return Array(buffer: try await request.body.collect(upTo: limit))
                } catch is NIOTooManyBytesError {
                    throw Problem.contentTooLarge(limit)
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    // Cut short or badly framed: the client's doing.
                    throw Problem(
                        .malformedRequest,
                        Message("Le corps de la requête n’est pas arrivé entier.", "The request body did not arrive whole."))
                }
            })
        let answer = await dispatcher.answer(incoming)
        var fields = answer.fields
        if request.method == .head || answer.status == .notModified {
            // A HEAD answer bears the length its GET would have; without one the connection would be misread.
            let length = answer.body.readableBytes
            if request.method == .head { fields[.contentLength] = String(length) }
            return Response(
                status: answer.status, headers: fields,
                body: ResponseBody(contentLength: request.method == .head ? length : nil) { try await $0.finish(nil) })
        }
        return Response(status: answer.status, headers: fields, body: ResponseBody(byteBuffer: answer.body))
    }
}
