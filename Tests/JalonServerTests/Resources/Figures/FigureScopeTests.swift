import ActionPlans
import HTTPTypes
import Testing

@testable import JalonServer

@Suite("The scope of figures")
struct FigureScopeTests {
    @Test(
        "figures, series and comparisons repeat the filters that were asked for",
        arguments: [
            "", "&ministry=TE,EF", "&theme=achats", "&target_level=reflexion,realisation", "&roadmap_state=close,validee",
            "&ministry=TE&theme=fin_usage,achats&target_level=experimentation&roadmap_state=soumise",
        ])
    func filters(_ query: String) async throws {
        let asked = Dictionary(
            uniqueKeysWithValues: query.split(separator: "&").map { pair in
                let parts = pair.split(separator: "=").map(String.init)
                return (parts[0], Set(parts[1].split(separator: ",").map(String.init)))
            })
        try await TestServer.with { server async throws in
            for path in ["/v1/figures?year=2022", "/v1/figures/series?year=2022", "/v1/figures/compare?year=2022"] {
                let scope = try await server.send(.get, path + query).json()["scope"]
                for (member, parameter) in [("ministries", "ministry"), ("themes", "theme"), ("target_levels", "target_level")] {
                    #expect(scope[member].isNull == (asked[parameter] == nil), "\(path) \(member)")
                    #expect(Set(scope[member].items.compactMap(\.text)) == asked[parameter] ?? [], "\(path) \(member)")
                }
                let states = asked["roadmap_state"] ?? Set(RoadmapState.published.map(\.code))
                #expect(Set(scope["roadmap_states"].items.compactMap(\.text)) == states, "\(path)")
            }
        }
    }
}
