import { z } from 'zod';
import type { SimulatedRoute } from '../http/simulatedPartner.ts';
import { inventoryReport, retransmission } from './schema.ts';
import { notFound, refused, type Warehouse } from './simulatorRoutes.ts';
import { stockMovement, takeReport } from './simulatorShelves.ts';

const pageMax = 500;

const reportRoute = ({ floor }: Warehouse): SimulatedRoute => ({
  operation: 'inventoryReport',
  method: 'PUT',
  path: '/api/v1/inventory-reports/:reportId',
  handle: ({ params, body }) => {
    const parsed = inventoryReport.safeParse(body);
    if (!parsed.success) return refused(422, 'ReportInvalid', 'Name the depositor.');
    const { reportId = '' } = params;
    const status = floor.shelves.reports.has(reportId) ? 200 : 201;
    const through = floor.forgotten + floor.messages.length;
    const { takenAt, messagesThrough } = takeReport(floor.shelves, reportId, parsed.data.depositorCode, through);
    return { status, body: { reportId, takenAt, messagesThrough } };
  },
});

const linesRoute = ({ floor }: Warehouse): SimulatedRoute => ({
  operation: 'inventoryReportLines',
  method: 'GET',
  path: '/api/v1/inventory-reports/:reportId/lines',
  handle: ({ params, query }) => {
    const report = floor.shelves.reports.get(params.reportId ?? '');
    if (report === undefined) return refused(404, 'ReportNotFound', 'There is no such report, or no longer.');
    const after = Number(query.get('after') ?? '0');
    if (!Number.isSafeInteger(after) || after < 0) return refused(422, 'CursorInvalid', 'Not a cursor.');
    const end = after + pageMax;
    return {
      status: 200,
      body: { lines: report.lines.slice(after, end), next: end < report.lines.length ? String(end) : null },
    };
  },
});

const againRoute = ({ floor, record }: Warehouse): SimulatedRoute => ({
  operation: 'retransmission',
  method: 'POST',
  path: '/api/v1/shipping-orders/:releaseId/retransmissions',
  handle: ({ params, body }) => {
    const parsed = retransmission.safeParse(body);
    if (!parsed.success) return refused(422, 'RequestInvalid', 'Name the request.');
    const { releaseId = '' } = params;
    const held = floor.orders.get(releaseId);
    if (held === undefined) return notFound;
    record({ kind: 'again', releaseId, requestId: parsed.data.requestId });
    return { status: 202, body: { ...parsed.data, messages: held.told.length } };
  },
});

const movements = z.strictObject({ movements: z.array(stockMovement).min(1).max(1_000) });

/** Lets a person, a test or development put goods on the shelves: `POST /control/stock`. */
const stockRoute = ({ record }: Warehouse): SimulatedRoute => ({
  operation: 'control',
  method: 'POST',
  path: '/control/stock',
  handle: ({ body }) => {
    const parsed = movements.safeParse(body);
    if (!parsed.success) return refused(422, 'MovementInvalid', 'Send movements.');
    record({ kind: 'stock', movements: parsed.data.movements });
    return { status: 201, body: { movements: parsed.data.movements.length } };
  },
});

export const stockRoutes = (warehouse: Warehouse): readonly SimulatedRoute[] =>
  [reportRoute, linesRoute, againRoute, stockRoute].map((route) => route(warehouse));
