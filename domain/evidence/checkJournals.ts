import type { RecordedDomainEvent } from '../events.ts';
import { type CorrectionsOf, isCorrection } from '../ledger/corrections.ts';
import { booksOf } from '../ledger/intercompany.ts';
import { makeJournalIdFor } from '../ledger/journalId.ts';
import { applyToPolicy, contextFrom, noPolicy } from '../ledger/policy.ts';
import { postingFor } from '../ledger/posting.ts';
import { claimOf, type JournalClaim } from './bundle.ts';
import { canonicalJson } from './canonicalJson.ts';
import { agreesWithSource, type ContextAt, correctionsIn } from './corrections.ts';
import { type CheckedEvent, type Finding, nameOf, recordedOf, type Tools } from './findings.ts';

type Fields = Readonly<Record<string, unknown>>;

const shown = (fields: Fields, field: string): string =>
  Object.hasOwn(fields, field) && fields[field] !== undefined ? canonicalJson(fields[field]) : 'absent';

type Line = NonNullable<Finding['line']>;

const differs = (line: Line, detail: string): Finding => ({ code: 'JOURNAL_DIFFERS', detail, line });

const differences = (claimed: Fields, made: Fields, where: string, line: Line): readonly Finding[] =>
  [...new Set([...Object.keys(made), ...Object.keys(claimed)])]
    .filter((field) => field !== 'lines')
    .flatMap((field) => {
      const [says, gives] = [shown(claimed, field), shown(made, field)];
      return says === gives ? [] : [differs(line, `${where}: ${field} is ${says}, the posting rule gives ${gives}.`)];
    });

const compare = (claimed: JournalClaim, made: JournalClaim): readonly Finding[] => {
  const name = `Journal ${claimed.journalId}`;
  const lineNos = new Set([...made.lines, ...claimed.lines].map(({ lineNo }) => lineNo));
  const lines = [...lineNos]
    .sort((a, b) => a - b)
    .flatMap((lineNo) => {
      const where = `${name} line ${lineNo}`;
      const line = { journalId: claimed.journalId, lineNo };
      const says = claimed.lines.filter((line) => line.lineNo === lineNo);
      const gives = made.lines.find((line) => line.lineNo === lineNo);
      if (gives === undefined) return [differs(line, `${where} is not made by the posting rule.`)];
      if (says[0] === undefined || says.length > 1)
        return [differs(line, `${where} is there ${says.length} times, the posting rule makes it once.`)];
      return differences(says[0], gives, where, line);
    });
  return [...differences(claimed, made, name, { journalId: claimed.journalId, lineNo: null }), ...lines];
};

/** The events in today's shape; what this program does not know is told and left out. */
const decoded = (events: readonly CheckedEvent[], { decode }: Tools) => {
  const findings: Finding[] = [];
  const known = events.flatMap(({ content }): RecordedDomainEvent[] => {
    try {
      return [decode(recordedOf(content))];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      findings.push({ code: 'MALFORMED', detail: `${nameOf(content)} cannot be read: ${why}.` });
      return [];
    }
  });
  return { findings, known };
};

type Books = {
  readonly sources: ReadonlyMap<string, RecordedDomainEvent>;
  readonly contextAt: ContextAt;
  readonly correctionsBefore: (position: string) => CorrectionsOf;
};

const buOf = ({ data }: RecordedDomainEvent): unknown => (data as { readonly bu?: unknown }).bu;

/** The rules, accounts and periods in force in books at an event's position; of an intercompany sale in either of two. */
const contextsIn =
  (policies: readonly RecordedDomainEvent[], { sha1 }: Tools): ContextAt =>
  (event, bu = buOf(event)) => {
    const before = policies.filter((each) => each.position < event.position && buOf(each) === bu);
    return contextFrom(before.reduce(applyToPolicy, noPolicy), makeJournalIdFor(sha1));
  };

/** Makes the journals of one event again, with what was in force and known at its position. */
const madeFrom = (source: RecordedDomainEvent, bu: string, { contextAt, correctionsBefore }: Books) => {
  const context = booksOf(source).includes(bu) ? contextAt(source, bu) : undefined;
  if (context === undefined) return { fault: `business unit ${bu} is not among the policy events` };
  try {
    const corrections = correctionsBefore(source.position);
    return { made: postingFor(source, { ...context, corrections }).map((draft) => claimOf(draft)) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
};

/** A correction carries its amounts; they have to be those of the fact that it names. */
const checkCorrection = (source: RecordedDomainEvent, { sources, contextAt }: Books): readonly Finding[] => {
  if (!isCorrection(source)) return [];
  const { eventId, journalId } = { ...source.data.source, journalId: source.data.journalId };
  const fact = sources.get(eventId);
  const about = `${source.type} ${source.eventId} corrects journal ${journalId}`;
  if (fact === undefined)
    return [{ code: 'SOURCE_MISSING', detail: `${about} of event ${eventId}, which is not in the bundle.` }];
  const context = contextAt(source);
  if (context !== undefined && agreesWithSource(source, fact, context)) return [];
  const detail = `${about} with other amounts than ${fact.type} ${eventId} posts.`;
  return [{ code: 'JOURNAL_DIFFERS', detail }];
};

const checkJournal = (claimed: JournalClaim, books: Books): readonly Finding[] => {
  const source = books.sources.get(claimed.sourceEventId);
  const name = `Journal ${claimed.journalId}`;
  if (source === undefined)
    return [
      {
        code: 'SOURCE_MISSING',
        detail: `${name} comes from event ${claimed.sourceEventId}, which is not in the bundle.`,
      },
    ];
  const { made, fault } = madeFrom(source, claimed.bu, books);
  if (made === undefined) return [{ code: 'JOURNAL_NOT_MADE', detail: `${name} cannot be made again: ${fault}.` }];
  const same = made.find(({ journalId }) => journalId === claimed.journalId);
  if (same === undefined)
    return [
      {
        code: 'JOURNAL_NOT_MADE',
        detail: `The posting rule makes no journal ${claimed.journalId} from ${source.type} ${source.eventId}.`,
      },
    ];
  return [...compare(claimed, same), ...checkCorrection(source, books)];
};

/** The streams of the documents to which lines of a journal lead. */
export const streamsBehind = ({ bu }: Pick<JournalClaim, 'bu'>, lines: JournalClaim['lines']): readonly string[] => {
  const documents = lines.flatMap(({ lineage: { orderId, shipmentId, invoiceId } }) => [
    ['order', orderId] as const,
    ['shipment', shipmentId] as const,
    ['invoice', invoiceId] as const,
  ]);
  return [...new Set(documents.flatMap(([kind, id]) => (id === null ? [] : [`${kind}-${bu}.${id}`])))];
};

/** The way back of these lines leads to documents, each of which has an event of its own stream in the bundle. */
export const checkLineage = (
  claimed: JournalClaim,
  lines: JournalClaim['lines'],
  events: readonly CheckedEvent[],
): readonly Finding[] => {
  const streams = new Set<string>(events.map(({ content }) => content.stream));
  return streamsBehind(claimed, lines)
    .filter((stream) => !streams.has(stream))
    .map((stream) => ({
      code: 'LINEAGE_BROKEN',
      detail: `Journal ${claimed.journalId} leads to ${stream}, of which the bundle has no event.`,
    }));
};

/** Runs the posting rule again, the very function that the staging ledger uses, and compares every line. */
export const checkJournals = (
  journals: readonly JournalClaim[],
  events: readonly CheckedEvent[],
  policyEvents: readonly CheckedEvent[],
  tools: Tools,
): readonly Finding[] => {
  const facts = decoded(events, tools);
  const policies = decoded(policyEvents, tools);
  const contextAt = contextsIn(policies.known, tools);
  const books: Books = {
    sources: new Map(facts.known.map((event) => [event.eventId, event])),
    contextAt,
    correctionsBefore: correctionsIn(facts.known, contextAt),
  };
  return [...facts.findings, ...policies.findings, ...journals.flatMap((claimed) => checkJournal(claimed, books))];
};
