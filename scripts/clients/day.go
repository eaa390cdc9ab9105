// A référent's day through the Go client that openapi-generator wrote, with its default options.
//
//	day URL TOKENS    TOKENS is a folder with a token in the file `referent`
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"day/jalon"
)

const (
	year    = 2041
	roadmap = "TE-2041"
)

var requests int

// counting counts the requests of the client.
type counting struct{}

func (counting) RoundTrip(request *http.Request) (*http.Response, error) {
	requests++
	return http.DefaultTransport.RoundTrip(request)
}

func expect(condition bool, what ...any) {
	if !condition {
		panic(fmt.Sprintln(what...))
	}
}

// good panics with the body of the answer if the request was refused.
func good(err error) {
	var refusal *jalon.GenericOpenAPIError
	if errors.As(err, &refusal) {
		panic(fmt.Sprintln(err, string(refusal.Body())))
	}
	if err != nil {
		panic(err)
	}
}

// refused gives the problem, read by the client's own type.
func refused(err error, kind jalon.ProblemType) jalon.Problem {
	var refusal *jalon.GenericOpenAPIError
	expect(errors.As(err, &refusal), "not refused:", err)
	problem, isProblem := refusal.Model().(jalon.Problem)
	if !isProblem {
		expect(json.Unmarshal(refusal.Body(), &problem) == nil, string(refusal.Body()))
	}
	expect(problem.Type == kind, string(refusal.Body()))
	return problem
}

func prepare(ctx context.Context, client *jalon.APIClient) {
	me, _, err := client.TokensAPI.GetMe(ctx).Execute()
	good(err)
	expect(me.Role == jalon.REFERENT && len(me.Ministries) == 1 && me.Ministries[0] == "TE", *me)
	words, _, err := client.VocabulariesAPI.GetVocabularies(ctx).Execute()
	good(err)
	expect(len(words.Themes) == len(jalon.AllowedThemeEnumValues), words.Themes)

	draft := jalon.NewRoadmapCreate("TE", year)
	draft.SetTitle("Feuille de route du client Go")
	made, answer, err := client.RoadmapsAPI.CreateRoadmap(ctx).RoadmapCreate(*draft).Execute()
	good(err)
	expect(answer.StatusCode == 201 && made.Id == roadmap && !made.CreatedAt.IsZero(), *made)
	for index, theme := range jalon.AllowedThemeEnumValues {
		body := jalon.NewActionCreate(fmt.Sprintf("GO-%02d", index+1), fmt.Sprintf("Action n° %d", index+1), theme, jalon.REALISATION)
		body.SetDueOn(fmt.Sprintf("%d-12-%02d", year, index+1))
		body.SetContributors([]string{"Direction du numérique", "Achats, marchés"})
		action, _, err := client.ActionsAPI.CreateAction(ctx, roadmap).ActionCreate(*body).Execute()
		good(err)
		expect(action.GetDueOn() == body.GetDueOn() && len(action.Contributors) == 2, *action)
	}
	again := jalon.NewActionCreate("GO-01", "Encore", jalon.ACHATS, jalon.REFLEXION)
	_, _, err = client.ActionsAPI.CreateAction(ctx, roadmap).ActionCreate(*again).Execute()
	refused(err, jalon.CONFLICT)
}

func work(ctx context.Context, client *jalon.APIClient) {
	some, _, err := client.ActionsAPI.ListActions(ctx).Roadmap([]string{roadmap}).
		Theme([]jalon.Theme{jalon.ACHATS, jalon.FIN_USAGE}).Sort([]string{"-due_on", "id"}).Count(true).Execute()
	good(err)
	expect(some.Meta.GetTotal() == 2 && some.Data[0].Action != nil && some.Data[0].Action.Theme == jalon.FIN_USAGE, some.Data)
	names, cursor := []string{}, ""
	for {
		request := client.ActionsAPI.ListActions(ctx).Roadmap([]string{roadmap}).Limit(3)
		if cursor != "" {
			request = request.Cursor(cursor)
		}
		page, _, err := request.Execute()
		good(err)
		for _, item := range page.Data {
			names = append(names, item.Action.Id)
		}
		next := page.Links.Next.Get()
		if next == nil {
			break
		}
		address, err := url.Parse(*next)
		good(err)
		cursor = address.Query().Get("cursor")
	}
	expect(len(names) == 7 && names[0] == roadmap+"-GO-01", names)

	before, answer, err := client.ActionsAPI.GetAction(ctx, names[0]).Execute()
	good(err)
	tag := answer.Header.Get("ETag")
	// A pointer that is nil is not sent; what is set to nil by its own method is sent as null, and an empty list as [].
	patch := jalon.NewActionPatch()
	patch.SetDueOnNil()
	patch.SetContributors([]string{})
	patch.SetStatus(jalon.EN_COURS)
	patch.SetReason("Marché notifié")
	after, _, err := client.ActionsAPI.UpdateAction(ctx, names[0]).IfMatch(tag).ActionPatch(*patch).Execute()
	good(err)
	expect(after.DueOn.Get() == nil && len(after.Contributors) == 0 && after.Status == jalon.EN_COURS, *after)
	expect(after.Title == before.Title && after.Version == 2, *after)
	_, _, err = client.ActionsAPI.UpdateAction(ctx, names[0]).IfMatch(tag).ActionPatch(*patch).Execute()
	refused(err, jalon.PRECONDITION_FAILED)
	wrong := jalon.NewActionPatch()
	wrong.SetTitle(" ")
	wrong.SetPractices([]string{"z.999"})
	_, _, err = client.ActionsAPI.UpdateAction(ctx, names[0]).IfMatch("*").ActionPatch(*wrong).Execute()
	problem := refused(err, jalon.VALIDATION_FAILED)
	expect(len(problem.Errors) == 2, problem.Errors)
}

func handIn(ctx context.Context, client *jalon.APIClient) {
	_, answer, err := client.RoadmapsAPI.GetRoadmap(ctx, roadmap).Execute()
	good(err)
	patch := jalon.NewRoadmapPatch()
	patch.SetState(jalon.SOUMISE)
	handed, _, err := client.RoadmapsAPI.UpdateRoadmap(ctx, roadmap).IfMatch(answer.Header.Get("ETag")).RoadmapPatch(*patch).Execute()
	good(err)
	expect(handed.SubmittedOn.Get() != nil && handed.ActionCount == 7, *handed)
	answered, _, err := client.FiguresAPI.GetFigures(ctx).Year([]int32{year}).Ministry([]string{"TE"}).Execute()
	good(err)
	figures := answered.Figures
	expect(figures.Totals.Actions == 7 && figures.Rates[0].Code == jalon.REALISEES_IDENTIFIEES, figures.Totals)
	history, _, err := client.HistoryAPI.ListActionHistory(ctx, roadmap+"-GO-01").Execute()
	good(err)
	expect(*history.Data[0].Reason.Get() == "Marché notifié", history.Data[0])
	// Where errors alone are JSON, the client says that it accepts JSON problems, and nothing else.
	metrics, _, err := client.ServiceAPI.GetMetrics(ctx).Execute()
	good(err)
	expect(strings.Contains(metrics, "jalon_"), metrics)
}

func main() {
	secret, err := os.ReadFile(filepath.Join(os.Args[2], "referent"))
	good(err)
	configuration := jalon.NewConfiguration()
	configuration.Servers = jalon.ServerConfigurations{{URL: os.Args[1]}}
	configuration.HTTPClient = &http.Client{Transport: counting{}}
	client := jalon.NewAPIClient(configuration)
	ctx := context.WithValue(context.Background(), jalon.ContextAccessToken, strings.TrimSpace(string(secret)))
	for _, part := range []func(context.Context, *jalon.APIClient){prepare, work, handIn} {
		part(ctx, client)
	}
	fmt.Printf("Go: %d requests\n", requests)
}
