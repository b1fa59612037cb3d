import { returnDecider } from '../../domain/returns/returns.ts';
import type { ReturnState } from '../../domain/returns/state.ts';
import type { Violation } from '../application.ts';
import { businessDay } from '../businessDay.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { invalid, noSuch, violation } from '../outcome.ts';
import { authoriseReturn } from './authoriseReturn.ts';
import type { AppPorts } from './callPorts.ts';
import { claimedTimeViolation } from './claimedTime.ts';
import { type FoundStream, findStream } from './findStream.ts';
import type { Answered, InspectionInput, OfLine, ReturnCalls } from './returnInputs.ts';
import { linesInBase } from './returnLines.ts';

type Found = FoundStream<ReturnState>;

/** Finds the return and does `work`. */
const ofReturn = async (ports: AppPorts, rmaId: string, work: (found: Found) => Answered): Answered => {
  const found = await findStream(ports, returnDecider, rmaId);
  return found === undefined ? noSuch('return', rmaId) : work(found);
};

const itemIn =
  ({ state }: Found) =>
  (line: OfLine): string | undefined =>
    state.lines.find(({ shipmentLineId }) => shipmentLineId === line.shipmentLineId)?.item;

const recordReceipt =
  (ports: AppPorts): ReturnCalls['recordReturnReceipt'] =>
  ({ rmaId, ifMatch, ...receipt }, context) =>
    ofReturn(ports, rmaId, async (found) => {
      const { receiptId, receivedAt } = receipt;
      const of = { catalog: ports.catalog.current(), bu: found.bu };
      const known = linesInBase({ ...of, list: 'lines' }, receipt.lines, itemIn(found));
      const others = linesInBase({ ...of, list: 'others' }, receipt.others, ({ item }) => item);
      const isKnown = found.state.receipts.some(({ id }) => id === receiptId);
      const untimely = isKnown ? undefined : claimedTimeViolation('/receivedAt', receivedAt, ports.clock());
      const nothing = receipt.lines.length + receipt.others.length === 0;
      const violations = [
        ...(untimely === undefined ? [] : [untimely]),
        ...(nothing ? [violation('/lines', 'LINES_MISSING', 'There is at least one line.')] : []),
        ...known.violations,
        ...others.violations,
      ];
      if (violations.length > 0) return invalid(violations);
      const lines = [
        ...known.lines.map((line) => ({ ...line, item: itemIn(found)(line) ?? '' })),
        ...others.lines.map((line) => ({ ...line, shipmentLineId: null })),
      ].map(({ shipmentLineId, item, qty }) => ({ shipmentLineId, item, qty }));
      const content = { receiptId, receivedAt, lines };
      const command = { type: 'RecordReceipt', ...content, contentSha256: contentSha256(content) } as const;
      const work = { decider: returnDecider, stream: found.stream, command, ifMatch };
      return carryOut(ports.executor, work, { ...context, occurredAt: receivedAt }, () => ({ rmaId }));
    });

/** Goods in quarantine are here: they go back to stock or are thrown away. */
const undecidable = (lines: InspectionInput['lines']): readonly Violation[] =>
  lines.flatMap(({ from, disposition }, index) =>
    from === undefined || disposition === 'RESTOCK' || disposition === 'SCRAP'
      ? []
      : [violation(`/lines/${index}/disposition`, 'VALUE_INVALID', 'Goods in quarantine become RESTOCK or SCRAP.')],
  );

const inspect =
  (ports: AppPorts): ReturnCalls['inspectReturn'] =>
  ({ rmaId, ifMatch, ...inspection }, context) =>
    ofReturn(ports, rmaId, async (found) => {
      const { inspectionId, inspectedAt } = inspection;
      const of = { catalog: ports.catalog.current(), bu: found.bu, list: 'lines' };
      const { violations, lines } = linesInBase(of, inspection.lines, itemIn(found));
      const isKnown = found.state.inspections.some(({ id }) => id === inspectionId);
      const untimely = isKnown ? undefined : claimedTimeViolation('/inspectedAt', inspectedAt, ports.clock());
      const all = [...(untimely === undefined ? [] : [untimely]), ...violations, ...undecidable(inspection.lines)];
      if (all.length > 0) return invalid(all);
      const content = { inspectionId, inspectedAt, lines: lines.map(({ uom: _uom, ...line }) => line) };
      const who = { inspectedBy: context.actor.id, contentSha256: contentSha256(content) };
      const command = { type: 'Inspect', ...content, ...who } as const;
      const work = { decider: returnDecider, stream: found.stream, command, ifMatch };
      return carryOut(ports.executor, work, { ...context, occurredAt: inspectedAt }, () => ({ rmaId }));
    });

const close =
  (ports: AppPorts): ReturnCalls['closeReturn'] =>
  ({ rmaId, reason, ifMatch }, context) =>
    ofReturn(ports, rmaId, async ({ bu, stream }) => {
      const today = businessDay(ports, bu, ports.clock());
      const command = { type: 'CloseReturn', closedBy: context.actor.id, reason, today } as const;
      return carryOut(ports.executor, { decider: returnDecider, stream, command, ifMatch }, context, () => ({ rmaId }));
    });

export const returnCalls = (ports: AppPorts): ReturnCalls => ({
  authoriseReturn: authoriseReturn(ports),
  recordReturnReceipt: recordReceipt(ports),
  inspectReturn: inspect(ports),
  closeReturn: close(ports),
  returnOwner: async (rmaId) => {
    const found = await findStream(ports, returnDecider, rmaId);
    const authorised = found?.state.authorised ?? undefined;
    return authorised && { bu: authorised.bu, soldTo: authorised.soldTo, node: authorised.node };
  },
});
