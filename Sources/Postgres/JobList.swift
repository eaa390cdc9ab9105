/// The waiting jobs, first in first out.
struct JobList {
    /// Taken jobs leave nil before `head`; the room is reclaimed now and then rather than at every take.
    private var jobs: [Job?] = []
    private var head = 0

    var count: Int { jobs.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Job? { isEmpty ? nil : jobs[head] }

    mutating func append(_ job: Job) {
        jobs.append(job)
    }

    mutating func popFirst() -> Job? {
        guard !isEmpty else { return nil }
        let job = jobs[head]
        jobs[head] = nil
        head += 1
        if head == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 64, head > jobs.count / 2 {
            jobs.removeFirst(head)
            head = 0
        }
        return job
    }

    mutating func remove(_ id: UInt64) -> Job? {
        guard let index = jobs[head...].firstIndex(where: { $0?.id == id }) else { return nil }
        return jobs.remove(at: index)
    }

    mutating func removeAll() -> [Job] {
        defer {
            jobs.removeAll()
            head = 0
        }
        return jobs[head...].compactMap(\.self)
    }
}
