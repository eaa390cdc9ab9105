import HTTPTypes
import Postgres

/// `/metrics`
enum MetricsEndpoint {
    @Sendable static func get(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        try parameters.finish()
        var page = Exposition(capacity: 16_384)
        page.write(call.server.metrics)
        page.write(call.server.database.health)
        if let process = ProcessReading.now() { page.write(process) }
        page.family("jalon_build_info", "gauge", "Always 1; which Jalon this is.")
        page.sample("jalon_build_info", [("version", Version.text)], 1)
        var answer = Answer(.ok, page.buffer, type: .text)
        answer.fields[.contentType] = Exposition.contentType
        answer.fields[.cacheControl] = "no-store"
        return answer
    }
}

extension Exposition {
    fileprivate mutating func write(_ metrics: RequestMetrics) {
        family("jalon_http_requests_total", "counter", "Requests answered, by operation (none: no such address or method).")
        for series in metrics.series { writeRequests(series) }
        family("jalon_http_request_duration_seconds", "histogram", "Time from a request understood to its answer ready to send.")
        for series in metrics.series { writeDurations(series) }
        family("jalon_http_response_bytes_total", "counter", "Bytes of the bodies of answers.")
        for series in metrics.series where series.bytes.now > 0 {
            sample("jalon_http_response_bytes_total", [("operation", series.operation)], series.bytes.now)
        }
        let notModified = metrics.series.reduce(0) { $0 + $1.answers(of: 304) }
        single("jalon_http_not_modified_total", "counter", "Answers 304: the caller had the latest state.", notModified)
        single(
            "jalon_http_requests_in_flight", "gauge", "Requests being answered, this one included.",
            UInt64(max(0, metrics.inFlight)))
        family("jalon_http_problems_total", "counter", "Problems answered, by the last part of their type.")
        for (kind, count) in metrics.problems { sample("jalon_http_problems_total", [("problem", kind.slug)], count.now) }
        family("jalon_rate_limited_total", "counter", "Requests refused because their caller sent too many.")
        for (policy, count) in metrics.rateLimited {
            sample("jalon_rate_limited_total", [("policy", policy.rawValue)], count.now)
        }
    }

    /// What has never happened has no sample: there would be thousands.
    private mutating func writeRequests(_ series: RequestMetrics.Series) {
        for row in 0...series.methods.count {
            for column in 0...RequestMetrics.statuses.count {
                let count = series.requests(method: row, status: column).now
                guard count > 0 else { continue }
                let method = row < series.methods.count ? series.methods[row].rawValue : "other"
                let status = column < RequestMetrics.statuses.count ? String(RequestMetrics.statuses[column]) : "other"
                sample(
                    "jalon_http_requests_total",
                    [("operation", series.operation), ("method", method), ("status", status)], count)
            }
        }
    }

    private mutating func writeDurations(_ series: RequestMetrics.Series) {
        let counts = series.durations.map(\.now)
        let total = counts.reduce(0, +)
        guard total > 0 else { return }
        var sum: UInt64 = 0
        for (bound, count) in zip(RequestMetrics.bounds, counts) {
            sum += count
            sample(
                "jalon_http_request_duration_seconds_bucket",
                [("operation", series.operation), ("le", "\(bound.seconds)")], sum)
        }
        sample("jalon_http_request_duration_seconds_bucket", [("operation", series.operation), ("le", "+Inf")], total)
        sample("jalon_http_request_duration_seconds_sum", [("operation", series.operation)], seconds: series.nanoseconds.now)
        sample("jalon_http_request_duration_seconds_count", [("operation", series.operation)], total)
    }

    fileprivate mutating func write(_ health: DatabaseHealth) {
        let metrics = health.metrics
        single(
            "jalon_database_connections_open", "gauge", "Connections open, busy or not.", UInt64(max(0, health.openConnections)))
        single("jalon_database_connections_busy", "gauge", "Connections at work.", UInt64(max(0, health.busyConnections)))
        single("jalon_database_queued_jobs", "gauge", "Jobs waiting for a connection.", UInt64(max(0, health.queuedJobs)))
        single("jalon_database_jobs_total", "counter", "Jobs run to their end.", metrics.jobs)
        single(
            "jalon_database_small_readings_total", "counter", "Small readings answered over shared connections.",
            metrics.smallReadings)
        single(
            "jalon_database_queue_wait_seconds_total", "counter", "Time jobs waited for a connection.",
            seconds: metrics.queueWaitNanoseconds)
        single(
            "jalon_database_statements_total", "counter", "Statements sent, transaction commands included.", metrics.statements)
        single("jalon_database_sql_seconds_total", "counter", "Time statements took.", seconds: metrics.sqlNanoseconds)
        single("jalon_database_retries_total", "counter", "Jobs or statements run again.", metrics.retries)
        single("jalon_database_reconnects_total", "counter", "Connections opened again.", metrics.reconnects)
    }

    fileprivate mutating func write(_ process: ProcessReading) {
        single("process_resident_memory_bytes", "gauge", "Resident memory.", process.residentBytes)
        single("process_open_fds", "gauge", "Open file descriptors.", process.openFiles)
        single("process_cpu_seconds_total", "counter", "Processor time.", seconds: process.processorTime)
        single("process_start_time_seconds", "gauge", "Start of the process, in seconds since 1970.", seconds: process.startedAt)
    }
}

extension RequestMetrics.Series {
    fileprivate func answers(of status: Int) -> UInt64 {
        guard let column = RequestMetrics.statuses.firstIndex(of: status) else { return 0 }
        return (0...methods.count).reduce(0) { $0 + requests(method: $1, status: column).now }
    }
}
