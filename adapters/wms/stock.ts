import type { WarehouseStock } from '../../commands/partnerPorts.ts';
import { badResponse, read, refusalOf, type Send } from '../http/answers.ts';
import { addressOf } from './lookup.ts';
import {
  errorAnswer,
  type InventoryLine,
  inventoryReportAnswer,
  inventoryReportLines,
  retransmissionAnswer,
} from './schema.ts';

export type WarehouseStockOptions = { readonly system: string; readonly send: Send };

/** A count of many thousand items may take a warehouse a while. */
const countTimeoutMs = 30_000;
/** A page of up to 1,000 lines. */
const pageBytesMax = 4 * 1024 * 1024;

const pathOf = (reportId: string): string => `/api/v1/inventory-reports/${encodeURIComponent(reportId)}`;

const toCounted = ({ warehouseCode, itemNumber, quantityOnHand }: InventoryLine) => ({
  node: warehouseCode,
  item: itemNumber,
  onHand: quantityOnHand,
});

/** A place in the feed is a number as text. */
const placeOf = (cursor: string): bigint => (/^\d{1,18}$/.test(cursor) ? BigInt(cursor) : 0n);

const takeWith =
  ({ system, send }: WarehouseStockOptions): WarehouseStock['take'] =>
  (bu, reportId, signal) => {
    const operation = 'inventoryReport';
    const asked = { operation, method: 'PUT', path: pathOf(reportId), repeatable: true } as const;
    const body = JSON.stringify({ depositorCode: bu });
    return send({ ...asked, body, signal, timeoutMs: countTimeoutMs }, (answer) => {
      if (answer.status === 404) return undefined;
      if (answer.status >= 400)
        throw badResponse(system, operation, refusalOf(system, operation, errorAnswer, answer.body).code);
      const report = read(system, operation, inventoryReportAnswer, answer.body);
      if (report.reportId !== reportId) throw badResponse(system, operation, 'answered for another report');
      return { takenAt: new Date(report.takenAt).toISOString(), through: report.messagesThrough };
    });
  };

/** All of these may be repeated: a report is taken once, and messages that are sent again carry the ids they had. */
export const createWarehouseStock = (options: WarehouseStockOptions): WarehouseStock => {
  const { system, send } = options;
  return {
    system,
    take: takeWith(options),
    lines: (reportId, after, signal) => {
      const operation = 'inventoryReportLines';
      const path = `${pathOf(reportId)}/lines${after === '' ? '' : `?${new URLSearchParams({ after })}`}`;
      const asked = { operation, method: 'GET', path, repeatable: true, answerBytesMax: pageBytesMax } as const;
      return send({ ...asked, signal }, ({ status, body }) => {
        if (status !== 200) throw badResponse(system, operation, refusalOf(system, operation, errorAnswer, body).code);
        const { lines, next } = read(system, operation, inventoryReportLines, body);
        if (next !== null && (next === after || lines.length === 0))
          throw badResponse(system, operation, 'there is more, and no way to it');
        return { lines: lines.map(toCounted), next };
      });
    },
    isThrough: (cursor, through) => placeOf(cursor) >= placeOf(through),
    sendAgain: (releaseId, requestId, signal) => {
      const operation = 'retransmission';
      const path = `${addressOf(releaseId)}/retransmissions`;
      const asked = { operation, method: 'POST', path, repeatable: true } as const;
      return send({ ...asked, body: JSON.stringify({ requestId }), signal }, (answer) => {
        if (answer.status >= 400) return refusalOf(system, operation, errorAnswer, answer.body);
        const { messages } = read(system, operation, retransmissionAnswer, answer.body);
        return { kind: 'promised', messages } as const;
      });
    },
  };
};
