import Testing

/// A page of Prometheus' text format, version 0.0.4, read to the letter: whatever the format does not allow is thrown.
struct MetricsPage {
    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// The kind of each family.
    private(set) var kinds: [String: String] = [:]
    private(set) var samples: [Sample] = []
    private var series: Set<String> = []

    init(_ text: String) throws {
        guard text.hasSuffix("\n"), !text.hasSuffix("\n\n") else { throw Fault(description: "the end of the last line") }
        var family: String?
        var helped: String?
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
            if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/) {
                helped = String(match.1)
            } else if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
                let name = String(match.1)
                guard helped == name, kinds[name] == nil else { throw Fault(description: "a family out of place: \(line)") }
                kinds[name] = String(match.2)
                family = name
            } else {
                let sample = try Self.sample(line)
                guard let family, Self.family(of: sample, kinds) == family else {
                    throw Fault(description: "a sample outside its family: \(line)")
                }
                let key = "\(sample.name) \(sample.labels.sorted { $0.key < $1.key })"
                guard series.insert(key).inserted else { throw Fault(description: "twice: \(line)") }
                samples.append(sample)
            }
        }
        try checkHistograms()
    }

    /// The value of the only series with these labels; zero where there is none.
    func value(_ name: String, _ labels: [String: String] = [:]) throws -> Double {
        let found = samples.filter { $0.name == name && $0.labels == labels }
        guard found.count <= 1 else { throw Fault(description: "several \(name)") }
        return found.first?.value ?? 0
    }

    private static func family(of sample: Sample, _ kinds: [String: String]) -> String {
        for suffix in ["_bucket", "_sum", "_count"] where sample.name.hasSuffix(suffix) {
            let name = String(sample.name.dropLast(suffix.count))
            if kinds[name] == "histogram" { return name }
        }
        return sample.name
    }

    private static func sample(_ line: Substring) throws -> Sample {
        guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/), let value = Double(match.3) else {
            throw Fault(description: "not a sample: \(line)")
        }
        var labels: [String: String] = [:]
        var rest = match.2 ?? ""
        while !rest.isEmpty {
            guard let label = rest.prefixMatch(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/) else {
                throw Fault(description: "labels: \(line)")
            }
            guard labels.updateValue(String(label.2), forKey: String(label.1)) == nil else {
                throw Fault(description: "a label twice: \(line)")
            }
            rest = rest[label.range.upperBound...]
        }
        return Sample(name: String(match.1), labels: labels, value: value)
    }

    /// Buckets that grow with their bound, and end with all there is.
    private func checkHistograms() throws {
        for name in kinds.filter({ $0.value == "histogram" }).keys {
            let buckets = Dictionary(grouping: samples.filter { $0.name == name + "_bucket" }) { sample in
                sample.labels.filter { $0.key != "le" }
            }
            let counts = samples.filter { $0.name == name + "_count" }
            guard buckets.count == counts.count else { throw Fault(description: "\(name): counts without buckets") }
            for (labels, buckets) in buckets {
                let bounds = try buckets.map { try Double.read($0.labels["le"] ?? "") }
                let values = buckets.map(\.value)
                let total = try value(name + "_count", labels)
                let isWhole = bounds == bounds.sorted() && values == values.sorted() && bounds.last == .infinity
                guard isWhole, values.last == total, samples.contains(where: { $0.name == name + "_sum" && $0.labels == labels })
                else { throw Fault(description: "\(name)\(labels): \(bounds) \(values)") }
            }
        }
    }
}

extension Double {
    fileprivate static func read(_ text: String) throws -> Double {
        if text == "+Inf" { return .infinity }
        guard let number = Double(text) else { throw MetricsPage.Fault(description: "not a number: \(text)") }
        return number
    }
}
