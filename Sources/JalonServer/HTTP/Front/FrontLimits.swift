import NIOCore

/// What a client may take of the service before it is cut: times, rates and sizes.
package struct FrontLimits: Sendable {
    /// From the first byte of a request, or from the opening of the connection, to the end of its header section.
    package var head = TimeAmount.seconds(10)
    /// Between an answer and the next request.
    package var keepAlive = TimeAmount.seconds(65)
    /// For a body of at most ``smallBody`` bytes.
    package var body = TimeAmount.seconds(30)
    /// For a larger one.
    package var largeBody = TimeAmount.seconds(60)
    package var smallBody = 1 << 20
    /// A body that comes more slowly is cut, once the rate could be measured.
    package var slowestBody = 1_000
    package var rateWindow = TimeAmount.seconds(5)
    /// For the client to take in one slice of an answer.
    package var slice = TimeAmount.seconds(25)
    package var sliceSize = 256 << 10
    /// After a client has stopped sending, for what it asked to be answered; a read that still waits for the database
    /// then is given up, as nobody may be there to receive it.
    package var hangUp = TimeAmount.seconds(1)
    /// After a refusal, for the client to read it before the connection is cut.
    package var lingering = TimeAmount.seconds(2)
    /// Once the service is asked to stop, for what is already on its way to arrive.
    package var drain = TimeAmount.milliseconds(300)
    /// A body that nobody asks for is read and dropped up to here; beyond, the connection closes.
    package var unreadBody = 64 << 10
    package var fields = 100
    /// Names and values of the fields together; the address has a limit of its own.
    package var headSize = 32 << 10
    package var target = 8 << 10
    /// How often deadlines are looked at.
    package var tick = TimeAmount.milliseconds(500)
    package var connections = 10_000

    package init() {}
}
