/**
 * A référent's day through the TypeScript client that openapi-generator wrote for fetch, with its default options.
 *
 *     day.ts URL TOKENS    TOKENS is a folder with a token in the file `referent`
 */

import {
    Action, ActionsApi, Configuration, EngagementLevel, FiguresApi, HistoryApi, ListActionsSortEnum, Problem, ProblemFromJSON,
    ProblemType, RateCode, ResponseError, RoadmapState, RoadmapsApi, Role, Scope, ServiceApi, Status, Theme, TokensApi,
    VocabulariesApi,
} from './client';

declare const require: (name: string) => any;
declare const process: { argv: string[]; exitCode: number };

const YEAR = 2061;
const ROADMAP = `TE-${YEAR}`;

function expect(condition: boolean, what: unknown): void {
    if (!condition) throw new Error(JSON.stringify(what));
}

/** The problem, read by the client's own function. */
async function refused(answer: Promise<unknown>, kind: ProblemType): Promise<Problem> {
    try {
        await answer;
    } catch (error) {
        if (!(error instanceof ResponseError)) throw error;
        const problem = ProblemFromJSON(await error.response.json());
        expect(problem.type === kind && problem.status === error.response.status, problem);
        return problem;
    }
    throw new Error(`not refused as ${kind}`);
}

async function prepare(configuration: Configuration): Promise<void> {
    const me = await new TokensApi(configuration).getMe();
    expect(me.role === Role.Referent && new Set(me.scopes).has(Scope.WRITE_ROADMAP), me);
    const words = await new VocabulariesApi(configuration).getVocabularies();
    expect(words.themes.length === Object.values(Theme).length, words.themes);

    const made = await new RoadmapsApi(configuration).createRoadmap({
        roadmapCreate: { ministry: 'TE', firstYear: YEAR, title: 'Feuille de route du client TypeScript' },
    });
    expect(made.id === ROADMAP && made.state === RoadmapState.Brouillon && made.createdAt instanceof Date, made);
    const actions = new ActionsApi(configuration);
    for (const [index, theme] of Object.values(Theme).entries()) {
        const dueOn = new Date(YEAR, 11, index + 1);
        const action = await actions.createAction({
            roadmap: ROADMAP,
            actionCreate: {
                code: `TS-0${index + 1}`, title: `Action n° ${index + 1}`, theme, targetLevel: EngagementLevel.Realisation, dueOn,
                contributors: new Set(['Direction du numérique', 'Achats, marchés']),
            },
        });
        expect(action.dueOn?.getDate() === index + 1 && new Set(action.contributors).size === 2, action);
    }
    const actionCreate = { code: 'TS-01', title: 'Encore', theme: Theme.Achats, targetLevel: EngagementLevel.Reflexion };
    await refused(actions.createAction({ roadmap: ROADMAP, actionCreate }), ProblemType.CONFLICT);
}

async function work(configuration: Configuration): Promise<void> {
    const actions = new ActionsApi(configuration);
    const some = await actions.listActions({
        roadmap: [ROADMAP], theme: [Theme.Achats, Theme.FinUsage], count: true,
        sort: [ListActionsSortEnum.DUE_ON_DESCENDING, ListActionsSortEnum.ID],
    });
    expect(some.meta.total === 2 && some.data[0].theme === Theme.FinUsage, some);
    const names: string[] = [];
    let cursor: string | undefined;
    do {
        const page = await actions.listActions({ roadmap: [ROADMAP], limit: 3, cursor });
        names.push(...page.data.map((item) => (item as Action).id));
        cursor = page.links.next ? new URL(page.links.next, 'http://jalon').searchParams.get('cursor') ?? undefined : undefined;
    } while (cursor);
    expect(names.length === 7 && new Set(names).size === 7, names);

    const action = `${ROADMAP}-TS-01`;
    const read = await actions.getActionRaw({ action });
    const ifMatch = read.raw.headers.get('ETag') ?? '';
    // What is undefined is not sent; what is null is.
    const actionPatch = { dueOn: null, contributors: new Set<string>(), status: Status.EnCours, reason: 'Marché notifié' };
    const changed = await actions.updateAction({ action, ifMatch, actionPatch });
    expect(changed.dueOn === null && new Set(changed.contributors).size === 0 && changed.version === 2, changed);
    expect(changed.title === (await read.value()).title && changed.status === Status.EnCours, changed);
    await refused(actions.updateAction({ action, ifMatch, actionPatch }), ProblemType.PRECONDITION_FAILED);
    const wrong = { title: ' ', practices: new Set(['z.999']) };
    const problem = await refused(actions.updateAction({ action, ifMatch: '*', actionPatch: wrong }), ProblemType.VALIDATION_FAILED);
    expect(problem.errors?.length === 2, problem);
}

async function handIn(configuration: Configuration): Promise<void> {
    const roadmaps = new RoadmapsApi(configuration);
    const read = await roadmaps.getRoadmapRaw({ roadmap: ROADMAP });
    const handed = await roadmaps.updateRoadmap({
        roadmap: ROADMAP, ifMatch: read.raw.headers.get('ETag') ?? '', roadmapPatch: { state: RoadmapState.Soumise },
    });
    expect(handed.submittedOn instanceof Date && handed.actionCount === 7, handed);
    const figures = await new FiguresApi(configuration).getFigures({ year: [YEAR], ministry: ['TE'] });
    if (!('totals' in figures)) throw new Error('not the figures of one year');
    expect(figures.totals.actions === 7 && figures.rates[0].code === RateCode.RealiseesIdentifiees, figures.totals);
    const history = await new HistoryApi(configuration).listActionHistory({ action: `${ROADMAP}-TS-01` });
    expect(history.data[0].reason === 'Marché notifié', history.data[0]);
    // Where errors alone are JSON, the client says that it accepts JSON problems, and nothing else.
    const metrics = await new ServiceApi(configuration).getMetrics();
    expect(metrics.includes('jalon_'), metrics);
}

async function main(): Promise<void> {
    const token: string = require('fs').readFileSync(`${process.argv[3]}/referent`, 'utf8').trim();
    let requests = 0;
    const counted: typeof fetch = (address, options) => {
        requests += 1;
        return fetch(address, options);
    };
    const configuration = new Configuration({ basePath: process.argv[2], accessToken: token, fetchApi: counted });
    for (const part of [prepare, work, handIn]) await part(configuration);
    console.log(`TypeScript: ${requests} requests`);
}

main().catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
