import { advisedInstant } from '../../domain/edi/adviceTime.ts';
import type { SetError } from '../../domain/edi/inboundEvents.ts';
import { nodeOf } from '../../domain/masterData/catalog.ts';
import type { Partner } from '../../domain/masterData/partners.ts';
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
  const outcome = await ports.recordStockSnapshot(input, alsoAs(context, derivedUlid(`${stream}/${at.place}`)));
  if (outcome.kind === 'done') {
    const data = { ...dataOf(of), node, snapshotId: input.snapshotId, unused, mappingVersion: mapping.version };
    return { type: 'StockReportTaken', data };
  }
  const violations: readonly Violation[] =
    outcome.kind === 'invalid'
      ? outcome.violations
      : [{ pointer: '/snapshotId', code: outcome.refusal.refused, detail: outcome.refusal.detail }];
  return rejected(
    of,
    null,
    violations.map((one) => setErrorOf(read, one)),
  );
};
