import { advisedInstant } from '../../domain/edi/adviceTime.ts';
import { type SetError, setErrorsMax } from '../../domain/edi/inboundEvents.ts';
import { nodeOf } from '../../domain/masterData/catalog.ts';
import type { Partner } from '../../domain/masterData/partners.ts';
import { snapshotLinesMax } from '../../domain/stockSnapshot/events.ts';
import type { Application, Violation } from '../application.ts';
import type { StockSnapshotInput } from '../calls/snapshotContent.ts';
import { derivedUlid } from '../eventIds.ts';
import { alsoAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';
import type { ReadStockReport } from './inboundPorts.ts';
import { dataOf, type OfSet, rejected, type SetOutcome, setErrorOf } from './setOutcome.ts';

export type StockReportPorts = {
  readonly recordStockSnapshot: Application['recordStockSnapshot'];
  readonly checkStockSnapshot: Application['contentChecks']['stockSnapshot'];
  readonly catalog: Pick<CatalogFollower, 'current'>;
};

const scopeError = (detail: string, placed: ReturnType<ReadStockReport['placeOf']>): SetError => ({
  ...{ code: 'PARTNER_SCOPE', detail, ...placed, x12Code: '7' },
});

/** The node that it is of; who has only one need not say it. */
const nodeToldOf = ({ warehouse }: Partner, { node, placeOf }: ReadStockReport): string | SetError => {
  if (warehouse === undefined)
    return scopeError('You are no warehouse that has goods of ours.', placeOf('/snapshotId'));
  const [only, ...others] = warehouse.nodes;
  const told = node ?? (others.length === 0 ? only : undefined);
  if (told === undefined)
    return scopeError('The report does not say of which node it is (N1 WH).', placeOf('/snapshotId'));
  return warehouse.nodes.includes(told) ? told : scopeError(`Node ${told} is not yours.`, placeOf('/node'));
};

type Part = { readonly input: StockSnapshotInput; readonly linesBefore: number };

/** A snapshot has a bound and a report has none: what is more follows as part of the same moment, under a number of its own. */
const partsOf = ({ lines, snapshotId, ...input }: StockSnapshotInput): readonly Part[] =>
  Array.from({ length: Math.max(1, Math.ceil(lines.length / snapshotLinesMax)) }, (_none, index) => {
    const linesBefore = index * snapshotLinesMax;
    const part = {
      ...{ ...input, scope: index === 0 ? input.scope : ('PARTIAL' as const) },
      snapshotId: index === 0 ? snapshotId : snapshotId.replace(/^846/, `846.${index + 1}`),
      lines: lines.slice(linesBefore, linesBefore + snapshotLinesMax),
    };
    return { input: part, linesBefore };
  });

/** At the line of the report instead of that of its part. */
const ofReport =
  ({ linesBefore }: Part) =>
  (one: Violation): Violation => ({
    ...one,
    pointer: one.pointer.replace(/^\/lines\/(\d+)/, (_all, line) => `/lines/${Number(line) + linesBefore}`),
  });

type Objected = readonly Violation[];

/** What is wrong with parts of which none was recorded yet: all there is, or nothing, becomes of a report. */
const objectionsTo = async (ports: StockReportPorts, parts: readonly Part[]): Promise<Objected> => {
  if (parts.length === 1) return [];
  const found: Violation[] = [];
  for (const part of parts) found.push(...(await ports.checkStockSnapshot(part.input)).map(ofReport(part)));
  return found;
};

/** Each part under an id of its own. Empty: all of them are recorded, now or before. */
const recordParts = async (
  ports: StockReportPorts,
  parts: readonly Part[],
  set: string,
  context: CommandContext,
): Promise<Objected> => {
  for (const [index, part] of parts.entries()) {
    const id = derivedUlid(index === 0 ? set : `${set}/${index + 1}`);
    const outcome = await ports.recordStockSnapshot(part.input, alsoAs(context, id));
    if (outcome.kind === 'invalid') return outcome.violations.map(ofReport(part));
    if (outcome.kind === 'refused')
      return [{ pointer: '/snapshotId', code: outcome.refusal.refused, detail: outcome.refusal.detail }];
  }
  return [];
};

/**
 * An 846 of a warehouse is a snapshot of one of its nodes, the same that REST would have recorded, under an id of its own: whoever
 * takes it again takes the same. What nobody mapped rejects it at that element. Throws `LogUnavailable`.
 */
export const takeStockReport = async (
  ports: StockReportPorts,
  of: OfSet,
  context: CommandContext,
): Promise<SetOutcome> => {
  const { opened, mapping, stream, at } = of;
  const { partner } = mapping;
  const read = opened.stockReport(at.place, mapping);
  const { number, taken, lines, unused, errors } = read;
  if (errors.length > 0 || taken === null) return rejected(of, null, errors);
  const node = nodeToldOf(partner, read);
  if (typeof node !== 'string') return rejected(of, null, [node]);
  const { bu } = partner;
  const input: StockSnapshotInput = {
    ...{ bu, node, lines, snapshotId: `846:${partner.partner}:${number}` },
    takenAt: advisedInstant(taken, nodeOf(ports.catalog.current(), bu, node)?.timeZone ?? 'UTC'),
    scope: partner.warehouse?.stockReports ?? 'PARTIAL',
  };
  const parts = partsOf(input);
  const wrong = await objectionsTo(ports, parts);
  const violations = wrong.length > 0 ? wrong : await recordParts(ports, parts, `${stream}/${at.place}`, context);
  if (violations.length > 0)
    return rejected(
      of,
      null,
      violations.slice(0, setErrorsMax).map((one) => setErrorOf(read, one)),
    );
  const data = { ...dataOf(of), node, snapshotId: input.snapshotId, unused, mappingVersion: mapping.version };
  return { type: 'StockReportTaken', data };
};
