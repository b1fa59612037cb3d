import type { z } from 'zod';
import { contentSha256 } from '../../commands/canonicalJson.ts';
import type { Footing } from '../../projections/asOf.ts';
import { boundCursor } from '../boundCursor.ts';
import type { ApiDeps } from '../deps.ts';
import { isDamage } from '../evidence/damage.ts';
import { masked } from '../personal/masked.ts';
import {
  type Call,
  type Immutable,
  type Input,
  type Nothing,
  nothing,
  questionRoute,
  type ReadShape,
  type Route,
} from '../route.ts';
import { reportFooter as footer, momentQuery, type reportFooter } from '../schemas/report.ts';
import { isBlockedLane } from './folding.ts';
import { knownPosition, type Moment } from './moment.ts';

type Asked = { readonly knownAsOf?: string; readonly validAsOf?: string };

type ReportDeclaration<P extends z.ZodType, Q extends z.ZodObject, A extends z.ZodObject> = Omit<
  ReadShape<P, Q, Nothing, A>,
  'query' | 'body'
> & {
  readonly query?: Q;
  /** Where it depends on the address which of `models` are asked. */
  readonly modelsOf?: (params: z.output<P>) => Route['models'];
  /** What else must have read the log as far as `knownAsOf`, beside `models`. */
  readonly alsoKnows?: Route['models'];
  /** How many rows an answer has, for its footer. */
  readonly rowCount: (body: Immutable<z.input<A>>) => number;
  /** Whose policies it follows. */
  readonly bus: (body: Immutable<z.input<A>>, query: z.output<Q>) => readonly string[];
  /** What the answer says besides, of its position or of where to go on; no part of what is hashed. */
  readonly beside?: {
    readonly shape: z.core.$ZodLooseShape;
    readonly say: (position: string, body: Immutable<z.input<A>>) => object;
  };
  /** The rows of the answer as a table; without it the answer is JSON and nothing else. */
  readonly asCsv?: (body: Immutable<z.output<A>>) => string;
  /** By which date `validAsOf` leaves things out. */
  readonly datedBy: string;
  readonly handle: (
    input: Input<P, Q, Nothing>,
    call: Call,
    deps: ApiDeps,
    moment: Moment,
  ) => Promise<Immutable<z.input<A>> | undefined>;
};

const pick = <Value>(
  record: Readonly<Record<string, Value>>,
  names: readonly string[],
): Readonly<Record<string, Value>> =>
  Object.fromEntries([...new Set(names)].flatMap((name) => (name in record ? [[name, record[name] as Value]] : [])));

const footerOf = (
  question: object,
  body: object,
  rowCount: number,
  bus: readonly string[],
  moment: Moment,
  known: Footing,
): z.input<typeof reportFooter> => ({
  reportId: contentSha256(question).slice(0, 32),
  position: moment.knownAsOf ?? known.asOfPosition,
  exact: moment.knownAsOf !== undefined || known.exact,
  knownAsOf: moment.knownAsOf ?? null,
  validAsOf: moment.validAsOf ?? null,
  policyVersions: pick(known.policyVersions, bus),
  projectionVersion: known.projectionVersion,
  rowCount,
  sha256: contentSha256(body),
});

type Handled<P extends z.ZodType, Q extends z.ZodObject, A extends z.ZodObject> = ReportDeclaration<P, Q, A>['handle'];

/** Who may not see a document must not learn from a blocked lane, or from damage, that there is one. */
const unlessHidden =
  <P extends z.ZodType, Q extends z.ZodObject, A extends z.ZodObject>(handle: Handled<P, Q, A>): Handled<P, Q, A> =>
  async (input, call, deps, moment) => {
    try {
      return await handle(input, call, deps, moment);
    } catch (error) {
      if (!(isBlockedLane(error) || isDamage(error)) || call.scope === undefined) throw error;
      const now = await handle(input, call, deps, { ...moment, knownAsOf: undefined });
      if (now === undefined) return undefined;
      throw error;
    }
  };

/**
 * A question that can be asked as of an earlier time, and whose answer carries what makes it checkable: the position, the
 * versions in force, and a hash. Every finance and audit read is one.
 */
export const report = <A extends z.ZodObject, P extends z.ZodType = Nothing, Q extends z.ZodObject = Nothing>(
  declared: ReportDeclaration<P, Q, A>,
): Route => {
  const { alsoKnows = [], operation } = declared;
  const modelsOf = (params: unknown): Route['models'] => declared.modelsOf?.(params as z.output<P>) ?? declared.models;
  const handle = unlessHidden(declared.handle);
  const query: z.ZodObject = (declared.query ?? nothing).extend(momentQuery(declared.datedBy));
  const answer: z.ZodObject = declared.answer.extend({ ...declared.beside?.shape, report: footer });
  // Whatever is folded for the question may meet an event that cannot be.
  const refusals = [...(declared.refusals ?? [404]), 409];
  const shape: ReadShape<P, z.ZodObject, Nothing, z.ZodObject> = { ...declared, query, answer, refusals };
  const route = questionRoute(shape, async (input, call, deps) => {
    const models = modelsOf(input.params);
    const { knownAsOf, validAsOf, ...own } = input.query as Asked & Record<string, unknown>;
    const moment = { knownAsOf: await knownPosition(knownAsOf, [...models, ...alsoKnows], deps), validAsOf };
    const asking = deps.reads.reporting(models, moment.knownAsOf);
    const question = { operation, params: input.params, query: own, validAsOf };
    const cursors = boundCursor(question);
    const asked = { ...input, query: cursors.opened(own) as z.output<Q> } as Input<P, Q, Nothing>;
    const found = await handle(asked, call, { ...deps, reads: { ...deps.reads, ...asking.reads } }, moment);
    if (found === undefined) return undefined;
    const stored = cursors.sealed(found);
    // What is hashed never changes, so it holds nothing that can be erased; nor does an answer of an earlier time.
    const hashed = masked(stored);
    const body = knownAsOf === undefined && validAsOf === undefined ? stored : hashed;
    const known = await asking.known();
    const bus = declared.bus(body, asked.query);
    const { asOfPosition, lagMs } = known;
    const footing = footerOf(question, hashed as object, declared.rowCount(body), bus, moment, known);
    return {
      ...(body as object),
      ...declared.beside?.say(footing.position, body),
      report: footing,
      asOfPosition,
      lagMs,
    };
  });
  const { asCsv } = declared;
  return {
    ...{ ...route, kind: 'read', method: 'get', modelsOf: ({ params }) => modelsOf(params) },
    ...(asCsv !== undefined && { asCsv: (body: object) => asCsv(body as Immutable<z.output<A>>) }),
  };
};
