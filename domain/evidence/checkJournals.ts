import type { RecordedDomainEvent } from '../events.ts';
import { makeJournalIdFor } from '../ledger/journalId.ts';
import { applyToPolicy, contextFrom, noPolicy } from '../ledger/policy.ts';
import { postingFor } from '../ledger/posting.ts';
import { claimOf, type JournalClaim } from './bundle.ts';
import { canonicalJson } from './canonicalJson.ts';
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

/** Makes the journals of one event again, with the rules and accounts in force at its position. */
const madeFrom = (source: RecordedDomainEvent, bu: string, policies: readonly RecordedDomainEvent[], tools: Tools) => {
  const before = policies.filter(
    (event) => event.position < source.position && (event.data as { readonly bu?: unknown }).bu === bu,
  );
  const context = contextFrom(before.reduce(applyToPolicy, noPolicy), makeJournalIdFor(tools.sha1));
  if (context === undefined) return { fault: `business unit ${bu} is not among the policy events` };
  try {
    return { made: postingFor(source, context).map((draft) => claimOf(draft)) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
};

const checkJournal = (
  claimed: JournalClaim,
  sources: ReadonlyMap<string, RecordedDomainEvent>,
  policies: readonly RecordedDomainEvent[],
  tools: Tools,
): readonly Finding[] => {
  const source = sources.get(claimed.sourceEventId);
  const name = `Journal ${claimed.journalId}`;
  if (source === undefined)
    return [
      {
        code: 'SOURCE_MISSING',
        detail: `${name} comes from event ${claimed.sourceEventId}, which is not in the bundle.`,
      },
    ];
  const { made, fault } = madeFrom(source, claimed.bu, policies, tools);
  if (made === undefined) return [{ code: 'JOURNAL_NOT_MADE', detail: `${name} cannot be made again: ${fault}.` }];
  const same = made.find(({ journalId }) => journalId === claimed.journalId);
  if (same === undefined)
    return [
      {
        code: 'JOURNAL_NOT_MADE',
        detail: `The posting rule makes no journal ${claimed.journalId} from ${source.type} ${source.eventId}.`,
      },
    ];
  return compare(claimed, same);
};

/** The way back of these lines leads to documents, each of which has an event of its own stream in the bundle. */
export const checkLineage = (
  claimed: JournalClaim,
  lines: JournalClaim['lines'],
  events: readonly CheckedEvent[],
): readonly Finding[] => {
  const streams = new Set<string>(events.map(({ content }) => content.stream));
  const documents = lines.flatMap(({ lineage: { orderId, shipmentId, invoiceId } }) => [
    ['order', orderId] as const,
    ['shipment', shipmentId] as const,
    ['invoice', invoiceId] as const,
  ]);
  return [...new Set(documents.flatMap(([kind, id]) => (id === null ? [] : [`${kind}-${claimed.bu}.${id}`])))]
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
  const sources = new Map(facts.known.map((event) => [event.eventId, event]));
  return [
    ...facts.findings,
    ...policies.findings,
    ...journals.flatMap((claimed) => checkJournal(claimed, sources, policies.known, tools)),
  ];
};
