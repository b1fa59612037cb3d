import { z } from 'zod';
import type { WithRevision } from '../commands/calls/inputs.ts';
import type { KeptFile } from '../commands/intake/keepFile.ts';
import type { BusinessClaim, CommandContext } from '../commands/ports.ts';
import type { Scope } from '../projections/readModel.ts';
import { type Asks, type Halves, halvesOf, type Told } from './askAndTell.ts';
import { withBoundCursor } from './boundCursor.ts';
import type { ApiDeps } from './deps.ts';
import type { HandoverCall } from './handover.ts';
import type { Operation } from './permissions.ts';
import type { Principal } from './principal.ts';
import type { ProblemError } from './problem.ts';
import type { ReadModel } from './reads.ts';
import { type Selection, selectable } from './request/selection.ts';
import { freshness } from './schemas/answers.ts';
import type { Exchange } from './stream/serverSentEvents.ts';

/** What a handler knows of its caller beside the parsed input. */
export type Call = {
  readonly principal: Principal;
  /** What the caller may see of the read models; absent: everything. */
  readonly scope: Scope | undefined;
  readonly correlationId: string;
};

export type CommandCall = Call & {
  readonly context: CommandContext;
  /** The revision in `If-Match`, ready to be handed on with the input. */
  readonly condition: WithRevision;
  /** What was sent as a file, where the route takes one. */
  readonly upload?: KeptFile;
};

/** `etag` is a stream revision; `position` that of the last event, kept with the stored answer. */
export type Answer = {
  readonly body: unknown;
  readonly etag?: number;
  readonly location?: string;
  readonly position?: string;
};

export type RawInput = { readonly params: unknown; readonly query: unknown; readonly body: unknown };

export type Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
};

export type Shared<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A> = {
  readonly operation: Operation;
  readonly path: `/v1/${string}`;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
  /** See `Route.objections`; it may never tell a caller what is outside the caller's scope. */
  readonly objections?: (input: Input<P, Q, B>, call: Call, deps: ApiDeps) => Promise<readonly ProblemError[]>;
};

/** A handler may hand on what a query gave it: nobody changes an answer. */
export type Immutable<T> = unknown extends T
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Immutable<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Immutable<T[Key]> }
      : T;

/** One route with its types put away: what the server, the permission table, the validation and OpenAPI all read. */
export type Route = {
  readonly kind: 'read' | 'check' | 'command' | 'handover';
  readonly operation: Operation;
  readonly method: 'get' | 'post' | 'put';
  /** With `{name}` for parameters, as OpenAPI writes it. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string | undefined;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType | undefined;
  readonly status: 200 | 201 | 202;
  /** The whole answer, freshness included. */
  readonly answer: z.ZodType;
  /** The answer to who names `fields`, made when it is asked for; absent: it is told whole. */
  readonly selected?: () => z.ZodType;
  /** Problem statuses of this route beside those that every route has. */
  readonly refusals: readonly number[];
  /** The command makes something new, so that no revision of it can have been seen: an `If-Match` is stale by itself. */
  readonly creates: boolean;
  /** The body, out of bytes that are sent as they are; absent: only JSON is read. */
  readonly rawBody: ((bytes: Buffer) => unknown) | undefined;
  /** What comes is bytes, which the route reads itself. */
  readonly takesBytes?: true;
  /** A file is taken in the place of a JSON body; what else that would say is in the query then, and of the schema `body`. */
  readonly upload?: { readonly mediaType: 'text/csv'; readonly body: z.ZodType };
  /** What is wrong with the content of an input; asked when its form is wrong too, so that all is told at once. */
  readonly objections: ((input: RawInput, call: Call, deps: ApiDeps) => Promise<readonly ProblemError[]>) | undefined;
  /** A key that lives for ever, out of an input of the right form; claimed together with the request's own, in one round trip. */
  readonly businessKey: ((input: RawInput, call: Call, deps: ApiDeps) => BusinessClaim | undefined) | undefined;
  /** The read models that an `X-Min-Position` waits for. */
  readonly models: readonly ReadModel[];
  /** Which of them, where it depends on the input. */
  readonly modelsOf?: (input: RawInput) => readonly ReadModel[];
  /** The answer as RFC 4180 has it, for who accepts `text/csv` rather than JSON. */
  readonly asCsv?: (body: object) => string;
  /** The very bytes that the answer is about, for who accepts `application/octet-stream`. */
  readonly asBytes?: (body: object) => Buffer;
  /** `items` of the answer as lines of JSON, for who accepts `application/x-ndjson`. */
  readonly asLines?: true;
  /** What is answered piece by piece, for who accepts `text/event-stream`. Rejects before anything is sent, or cuts off. */
  readonly streams?: (exchange: Exchange, input: RawInput, call: Call, deps: ApiDeps) => Promise<void>;
  /** The answer as people read it, by media type, the usual one first; it is not told as JSON then. */
  readonly pages?: Readonly<Record<string, (body: object) => string>>;
  readonly run: (
    input: RawInput,
    call: CommandCall | HandoverCall | Call,
    deps: ApiDeps,
  ) => Promise<Answer | undefined>;
  /** The two halves of `run` where the command is one append, which can claim the request's key together with what is told. */
  readonly asks: Asks<RawInput, unknown> | undefined;
};

export const nothing = z.strictObject({});
export type Nothing = typeof nothing;

export type ReadShape<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A> = Shared<P, Q, B, A> & {
  readonly models: readonly ReadModel[];
  /** Problem statuses beside those that every read has. */
  readonly refusals?: readonly number[];
  /** Callers may name the fields that they want of the answer. */
  readonly fields?: true;
};

type ReadDeclaration<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodObject> = ReadShape<
  P,
  Q,
  B,
  A
> & {
  /** See `Route.asCsv` and `Route.asBytes`. */
  readonly asCsv?: (body: Immutable<z.output<A>>) => string;
  readonly asBytes?: (body: Immutable<z.output<A>>) => Buffer;
  /** See `Route.pages`. */
  readonly pages?: Readonly<Record<string, (body: Immutable<z.output<A>>) => string>>;
  /** See `Route.asLines`. */
  readonly asLines?: true;
  /** See `Route.streams`. */
  readonly streams?: (exchange: Exchange, input: Input<P, Q, B>, call: Call, deps: ApiDeps) => Promise<void>;
  /** Without freshness, which the pipeline adds. `undefined` is 404. */
  readonly handle: (input: Input<P, Q, B>, call: Call, deps: ApiDeps) => Promise<Immutable<z.input<A>> | undefined>;
};

/** What every declaration says of itself. */
export const shared = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A>(
  declared: Shared<P, Q, B, A>,
) => ({
  operation: declared.operation,
  path: declared.path,
  tag: declared.tag,
  summary: declared.summary,
  description: declared.description,
  params: declared.params ?? nothing,
  query: declared.query ?? nothing,
  body: declared.body,
  // The pipeline parsed `input` with these very schemas.
  objections: declared.objections as Route['objections'],
});

const revisionOf = (body: unknown): { readonly etag?: number } =>
  typeof body === 'object' && body !== null && 'revision' in body && typeof body.revision === 'number'
    ? { etag: body.revision }
    : {};

/** Queries are objects, whatever else a schema can be. */
const queryOf = ({ query }: { readonly query?: z.ZodType }): z.ZodObject => (query ?? nothing) as z.ZodObject;

/** A question whose answer says how fresh it is. */
export const questionRoute = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodObject>(
  declared: ReadShape<P, Q, B, A>,
  run: (input: Input<P, Q, B>, call: Call, deps: ApiDeps) => Promise<object | undefined>,
): Omit<Route, 'kind' | 'method'> => {
  const answer = declared.answer.extend(freshness);
  const selecting = declared.fields === undefined ? undefined : selectable(answer);
  return {
    ...shared(declared),
    ...(selecting !== undefined && {
      query: queryOf(declared).extend({ fields: selecting.parameter.exactOptional() }),
      selected: selecting.answer,
    }),
    status: 200,
    answer,
    refusals: declared.refusals ?? [404],
    creates: false,
    rawBody: undefined,
    businessKey: undefined,
    asks: undefined,
    models: declared.models,
    run: async (input, call, deps) => {
      const { fields, ...query } = input.query as { readonly fields?: Selection };
      // The pipeline parsed `input` with these very schemas.
      const body = await run({ ...input, query } as Input<P, Q, B>, call, deps);
      if (body === undefined) return undefined;
      const told = selecting === undefined || fields === undefined ? body : selecting.select(body, fields);
      return { body: told, ...revisionOf(body) };
    },
  };
};

const readRoute = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodObject>(
  declared: ReadDeclaration<P, Q, B, A>,
): Omit<Route, 'kind' | 'method'> => ({
  ...questionRoute(declared, async (input, call, deps) => {
    const asking = deps.reads.asking(declared.models);
    const handle = withBoundCursor(declared.operation, declared.handle);
    const body = await handle(input, call, { ...deps, reads: { ...deps.reads, ...asking.reads } });
    return body === undefined ? undefined : { ...body, ...(await asking.known()) };
  }),
  // What is sent was made by this very declaration.
  ...(declared.asCsv !== undefined && { asCsv: declared.asCsv as NonNullable<Route['asCsv']> }),
  ...(declared.asBytes !== undefined && { asBytes: declared.asBytes as NonNullable<Route['asBytes']> }),
  ...(declared.pages !== undefined && { pages: declared.pages as NonNullable<Route['pages']> }),
  ...(declared.asLines !== undefined && { asLines: declared.asLines }),
  ...(declared.streams !== undefined && { streams: declared.streams as NonNullable<Route['streams']> }),
});

/** A question: changes nothing, needs no key. */
export const read = <A extends z.ZodObject, P extends z.ZodType = Nothing, Q extends z.ZodType = Nothing>(
  declared: ReadDeclaration<P, Q, Nothing, A>,
): Route => ({ ...readRoute(declared), kind: 'read', method: 'get' });

/** A question that is too long for a URL: POST, but it changes nothing and needs no key. */
export const check = <A extends z.ZodObject, B extends z.ZodType, P extends z.ZodType = Nothing>(
  declared: ReadDeclaration<P, Nothing, B, A>,
): Route => ({
  ...readRoute(declared),
  kind: 'check',
  method: 'post',
});

type CommandDeclaration<P extends z.ZodType, B extends z.ZodType, A extends z.ZodType> = Shared<P, Nothing, B, A> & {
  readonly method?: 'post' | 'put';
  readonly status: 200 | 201 | 202;
  readonly refusals?: readonly number[];
  readonly creates?: boolean;
  /** See `Route.rawBody` and `Route.upload`. */
  readonly rawBody?: (bytes: Buffer) => z.input<B>;
  readonly upload?: NonNullable<Route['upload']>;
  /** See `Route.businessKey`. */
  readonly businessKey?: (input: Input<P, Nothing, B>, call: Call, deps: ApiDeps) => BusinessClaim | undefined;
};

const commandRoute = <P extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  declared: CommandDeclaration<P, B, A>,
): Omit<Route, 'run' | 'asks'> => ({
  ...shared(declared),
  kind: 'command',
  method: declared.method ?? 'post',
  status: declared.status,
  answer: declared.answer,
  refusals: declared.refusals ?? [404, 409],
  creates: declared.creates ?? false,
  rawBody: declared.rawBody,
  ...(declared.upload !== undefined && { upload: declared.upload }),
  businessKey: declared.businessKey as Route['businessKey'],
  models: [],
});

/** For what has no single outcome, as many commands in one request. */
type Whole<P extends z.ZodType, B extends z.ZodType, A extends z.ZodType> = {
  readonly handle: (input: Input<P, Nothing, B>, call: CommandCall, deps: ApiDeps) => Promise<Told<A>>;
};

/**
 * A command: needs an `Idempotency-Key`, has one effect however often it is sent. What it asks for is one append, see
 * `commands/carryOut.ts`, which claims the key and stores what is told.
 */
export const command = <T, A extends z.ZodType, B extends z.ZodType, P extends z.ZodType = Nothing>(
  declared: CommandDeclaration<P, B, A> & Halves<P, B, A, T>,
): Route => ({ ...commandRoute(declared), ...halvesOf(declared) });

/** A command of several appends, or one that keeps something outside the log: its key is claimed before it begins. */
export const longCommand = <T, A extends z.ZodType, B extends z.ZodType, P extends z.ZodType = Nothing>(
  declared: CommandDeclaration<P, B, A> & (Halves<P, B, A, T> | Whole<P, B, A>),
): Route => ({
  ...commandRoute(declared),
  asks: undefined,
  run:
    'ask' in declared
      ? halvesOf(declared).run
      : (input, call, deps) => declared.handle(input as Input<P, Nothing, B>, call as CommandCall, deps),
});

/** The Express form of a path: `/v1/orders/{orderId}` → `/v1/orders/:orderId`. */
export const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');
