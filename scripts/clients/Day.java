import com.fasterxml.jackson.databind.DeserializationFeature;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.ActionsApi;
import org.openapitools.client.api.FiguresApi;
import org.openapitools.client.api.HistoryApi;
import org.openapitools.client.api.RoadmapsApi;
import org.openapitools.client.api.ServiceApi;
import org.openapitools.client.api.TokensApi;
import org.openapitools.client.api.VocabulariesApi;
import org.openapitools.client.model.*;

/**
 * A référent's day through the Java client that openapi-generator wrote for java.net.http.
 *
 * <p>Day URL TOKENS: TOKENS is a folder with a token in the file `referent`.
 */
final class Day {
    static final int YEAR = 2051;
    static final String ROADMAP = "TE-" + YEAR;

    private final ApiClient client;
    private final ActionsApi actions;
    private final RoadmapsApi roadmaps;
    private int requests = 0;

    Day(String url, String token) {
        client = new ApiClient();
        // What may be one of two schemas is told apart by the members that one of them does not know.
        client.setObjectMapper(client.getObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
        client.updateBaseUri(url);
        client.setRequestInterceptor(request -> {
            requests++;
            request.header("Authorization", "Bearer " + token);
        });
        actions = new ActionsApi(client);
        roadmaps = new RoadmapsApi(client);
    }

    interface Call {
        void run() throws ApiException;
    }

    static void expect(boolean condition, Object what) {
        if (!condition) throw new AssertionError(String.valueOf(what));
    }

    /** The problem, read by the client's own class. */
    Problem refused(Call call, ProblemType kind) throws Exception {
        try {
            call.run();
        } catch (ApiException error) {
            Problem problem = client.getObjectMapper().readValue(error.getResponseBody(), Problem.class);
            expect(problem.getType() == kind && problem.getStatus() == error.getCode(), error.getResponseBody());
            return problem;
        }
        throw new AssertionError("not refused as " + kind);
    }

    static String tag(org.openapitools.client.ApiResponse<?> response) {
        return response.getHeaders().entrySet().stream()
            .filter(field -> field.getKey().equalsIgnoreCase("ETag")).findFirst().orElseThrow().getValue().get(0);
    }

    void prepare() throws Exception {
        Me me = new TokensApi(client).getMe(TokensApi.APIGetMeRequest.newBuilder().build());
        expect(me.getRole() == Role.REFERENT && me.getScopes().contains(Scope.WRITE_ROADMAP), me);
        Vocabularies words = new VocabulariesApi(client).getVocabularies(
            VocabulariesApi.APIGetVocabulariesRequest.newBuilder().build());
        expect(words.getThemes().size() == Theme.values().length, words.getThemes());

        RoadmapCreate draft = new RoadmapCreate().ministry("TE").firstYear(YEAR).title("Feuille de route du client Java");
        var made = roadmaps.createRoadmapWithHttpInfo(
            RoadmapsApi.APICreateRoadmapRequest.newBuilder().roadmapCreate(draft).build());
        expect(made.getStatusCode() == 201 && made.getData().getId().equals(ROADMAP), made.getData());
        expect(made.getData().getState() == RoadmapState.BROUILLON, made.getData());
        int rank = 0;
        for (Theme theme : Theme.values()) {
            rank++;
            ActionCreate body = new ActionCreate().code("JAVA-0" + rank).title("Action n° " + rank).theme(theme)
                .targetLevel(EngagementLevel.REALISATION).dueOn(LocalDate.of(YEAR, 12, rank))
                .contributors(Set.of("Direction du numérique", "Achats, marchés"));
            Action action = create(body);
            expect(action.getDueOn().equals(body.getDueOn()) && action.getContributors().size() == 2, action);
        }
        ActionCreate again = new ActionCreate().code("JAVA-01").title("Encore").theme(Theme.ACHATS)
            .targetLevel(EngagementLevel.REFLEXION);
        refused(() -> create(again), ProblemType.CONFLICT);
    }

    Action create(ActionCreate body) throws ApiException {
        return actions.createAction(
            ActionsApi.APICreateActionRequest.newBuilder().roadmap(ROADMAP).actionCreate(body).build());
    }

    Action update(String name, String tag, ActionPatch patch) throws ApiException {
        return actions.updateAction(
            ActionsApi.APIUpdateActionRequest.newBuilder().action(name).ifMatch(tag).actionPatch(patch).build());
    }

    void work() throws Exception {
        ActionCollection some = actions.listActions(ActionsApi.APIListActionsRequest.newBuilder().roadmap(List.of(ROADMAP))
            .theme(List.of(Theme.ACHATS, Theme.FIN_USAGE)).sort(List.of("-due_on", "id")).count(true).build());
        expect(some.getMeta().getTotal() == 2, some.getMeta());
        expect(some.getData().get(0).getAction().getTheme() == Theme.FIN_USAGE, some.getData());
        List<String> names = new ArrayList<>();
        String cursor = null;
        do {
            ActionCollection page = actions.listActions(ActionsApi.APIListActionsRequest.newBuilder()
                .roadmap(List.of(ROADMAP)).limit(3).cursor(cursor).build());
            for (ActionItem item : page.getData()) names.add(item.getAction().getId());
            String next = page.getLinks().getNext();
            cursor = next == null ? null : cursor(next);
        } while (cursor != null);
        expect(new TreeSet<>(names).size() == 7 && names.size() == 7, names);

        String name = ROADMAP + "-JAVA-01";
        var read = actions.getActionWithHttpInfo(ActionsApi.APIGetActionRequest.newBuilder().action(name).build());
        // This client drops what is null: an empty list says that a list is to be emptied.
        ActionPatch patch = new ActionPatch().contributors(Set.of()).status(Status.EN_COURS).reason("Marché notifié");
        Action changed = update(name, tag(read), patch);
        expect(changed.getContributors().isEmpty() && changed.getStatus() == Status.EN_COURS, changed);
        expect(changed.getDueOn().equals(read.getData().getDueOn()) && changed.getVersion() == 2, changed);
        refused(() -> update(name, tag(read), patch), ProblemType.PRECONDITION_FAILED);
        ActionPatch wrong = new ActionPatch().title(" ").practices(Set.of("z.999"));
        expect(refused(() -> update(name, "*", wrong), ProblemType.VALIDATION_FAILED).getErrors().size() == 2, wrong);
    }

    static String cursor(String next) {
        for (String pair : URI.create(next).getQuery().split("&"))
            if (pair.startsWith("cursor=")) return pair.substring("cursor=".length());
        throw new AssertionError(next);
    }

    void handIn() throws Exception {
        var read = roadmaps.getRoadmapWithHttpInfo(RoadmapsApi.APIGetRoadmapRequest.newBuilder().roadmap(ROADMAP).build());
        Roadmap handed = roadmaps.updateRoadmap(RoadmapsApi.APIUpdateRoadmapRequest.newBuilder().roadmap(ROADMAP)
            .ifMatch(tag(read)).roadmapPatch(new RoadmapPatch().state(RoadmapState.SOUMISE)).build());
        expect(handed.getSubmittedOn() != null && handed.getActionCount() == 7, handed);
        Figures figures = new FiguresApi(client).getFigures(
            FiguresApi.APIGetFiguresRequest.newBuilder().year(List.of(YEAR)).ministry(List.of("TE")).build()).getFigures();
        expect(figures.getTotals().getActions() == 7, figures.getTotals());
        expect(figures.getRates().get(0).getCode() == RateCode.REALISEES_IDENTIFIEES, figures.getRates());
        HistoryCollection history = new HistoryApi(client).listActionHistory(
            HistoryApi.APIListActionHistoryRequest.newBuilder().action(ROADMAP + "-JAVA-01").build());
        expect(history.getData().get(0).getReason().equals("Marché notifié"), history.getData());
        // Where errors alone are JSON, the client says that it accepts JSON problems, and nothing else.
        String metrics = new ServiceApi(client).getMetrics(ServiceApi.APIGetMetricsRequest.newBuilder().build());
        expect(metrics.contains("jalon_"), metrics);
    }

    public static void main(String[] arguments) throws Exception {
        String token = Files.readString(Path.of(arguments[1], "referent")).strip();
        Day day = new Day(arguments[0], token);
        day.prepare();
        day.work();
        day.handIn();
        System.out.println("Java: " + day.requests + " requests");
    }
}
