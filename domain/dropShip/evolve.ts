import { qty } from '../quantity.ts';
import type { DropShipEvent, DropShipPlaced } from './events.ts';
import type { DropShipLineState, DropShipState, Told } from './state.ts';

const placedLines = ({ lines }: DropShipPlaced['data']): readonly DropShipLineState[] =>
  lines.map(({ qty: ordered, ...line }) => ({
    ...line,
    ordered: qty(ordered),
    acknowledged: 0n,
    refused: 0n,
    cancelled: 0n,
    shipped: 0n,
    excess: 0n,
    billed: 0n,
  }));

const changed = <P extends { readonly lineId: string }>(
  state: DropShipState,
  parts: readonly P[],
  change: (line: DropShipLineState, part: P) => DropShipLineState,
): DropShipState => {
  const byLine = new Map(parts.map((part) => [part.lineId, part]));
  const lines = state.lines.map((line) => {
    const part = byLine.get(line.lineId);
    return part === undefined ? line : change(line, part);
  });
  return { ...state, lines };
};

/** One message may be told in two events. */
const told = (known: readonly Told[], id: string, contentSha256: string): readonly Told[] =>
  known.some((each) => each.id === id) ? known : [...known, { id, contentSha256 }];

/** Total; never refuses and never mutates. A line is named at most once in an event. */
export const evolveDropShip = (state: DropShipState, { type, data }: DropShipEvent): DropShipState => {
  switch (type) {
    case 'DropShipPlaced':
      return { ...state, placed: data, lines: placedLines(data) };
    case 'DropShipAcknowledged': {
      const acknowledgements = told(state.acknowledgements, data.acknowledgementId, data.contentSha256);
      return changed({ ...state, acknowledgements }, data.lines, (line, part) => ({
        ...line,
        acknowledged: line.acknowledged + qty(part.qty),
      }));
    }
    case 'DropShipRefused': {
      const acknowledgements = told(state.acknowledgements, data.acknowledgementId, data.contentSha256);
      return changed({ ...state, acknowledgements }, data.lines, (line, part) => ({
        ...line,
        refused: line.refused + qty(part.qty),
      }));
    }
    case 'DropShipConfirmed':
      return changed(
        { ...state, notices: told(state.notices, data.supplierAsn, data.contentSha256) },
        data.lines,
        (line, part) => ({ ...line, shipped: line.shipped + qty(part.qty), excess: line.excess + qty(part.excess) }),
      );
    case 'SupplierBillMatched':
      return changed(
        { ...state, bills: told(state.bills, data.billId, data.contentSha256) },
        data.lines,
        (line, part) => ({ ...line, billed: line.billed + qty(part.qty) }),
      );
    case 'DropShipCancelled':
      return changed({ ...state, changeIds: [...state.changeIds, data.changeId] }, data.lines, (line, part) => ({
        ...line,
        cancelled: line.cancelled + qty(part.qty),
      }));
  }
};
