import type { MadeReservation } from '../../commands/reservations/reservationCalls.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import { isInScope, requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import { longCommand, type Route, read } from '../route.ts';
import {
  extensionBody,
  releaseBody,
  reservationBody,
  reservationExtended,
  reservationList,
  reservationMade,
  reservationParams,
  reservationQuery,
  reservationReleased,
  reservationView,
} from '../schemas/reservations.ts';
import { requireReservation } from '../visibility.ts';

const tag = 'Reservations';

const toldOf = ({ purpose, needDate, lines, ...made }: MadeReservation) => {
  const told = lines.map(({ parts, ...line }) => ({
    ...line,
    held: qtyText(parts.reduce((sum, part) => sum + qty(part.qty), 0n)),
    parts: parts.map(({ node, qty: amount }) => ({ node, qty: amount })),
  }));
  const complete = told.every((line) => line.held === line.qty);
  return { ...made, kind: purpose, requestedDate: needDate, complete, lines: told };
};

const reserve = longCommand({
  operation: 'reserve',
  path: '/v1/reservations',
  tag,
  summary: 'Set goods aside for a cart or a quote, before there is an order',
  description:
    'Answers at once; the stock positions decide, so nothing is promised twice. 409 `ATP_SHORT` names in `lines` what could be had of each short line (`availableNow`) and when all of it (`fullQtyDate`). Until `expiresAt` nobody else can have the goods; then they are free by themselves. An order takes them over by `reservationIds`.',
  body: reservationBody,
  status: 201,
  answer: reservationMade,
  refusals: [409],
  creates: true,
  objections: async ({ body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, customer: body.soldTo })
      ? deps.application.contentChecks.reservation(body)
      : [],
  ask: async ({ body }, { principal, context }, deps) => {
    requireScope(principal, { bu: body.bu, customer: body.soldTo });
    return deps.application.reserve(body, context);
  },
  tell: (value, receipt) => ({
    body: { ...toldOf(value), receipt },
    etag: receipt.revision,
    location: `/v1/reservations/${value.reservationId}`,
  }),
});

const list = read({
  operation: 'listReservations',
  path: '/v1/reservations',
  tag,
  summary: 'Reservations of carts and quotes, newest first',
  query: reservationQuery,
  objections: unknownBooks,
  answer: reservationList,
  models: ['reservations'],
  handle: ({ query }, call, deps) => deps.reads.listReservations(query, call.scope),
});

const readOne = read({
  operation: 'readReservation',
  path: '/v1/reservations/{reservationId}',
  tag,
  summary: 'One reservation: what it holds, and what became of the rest',
  params: reservationParams,
  answer: reservationView,
  models: ['reservations'],
  handle: ({ params }, call, deps) => deps.reads.reservationById(params.reservationId, call.scope),
});

const extend = longCommand({
  operation: 'extendReservation',
  path: '/v1/reservations/{reservationId}/extensions',
  tag,
  summary: 'Keep the goods for longer, three times at most',
  description:
    '409 `RESERVATION_EXPIRED` when it is too late, `RESERVATION_UNKNOWN` when nothing is held any more, `RESERVATION_EXTENDED_OFTEN` the fourth time.',
  params: reservationParams,
  body: extensionBody,
  status: 201,
  answer: reservationExtended,
  ask: async ({ params, body }, call, deps) => {
    await requireReservation(params.reservationId, call, deps);
    return deps.application.extendReservation({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt, { params }) => ({ body: { ...params, ...value, receipt }, etag: receipt.revision }),
});

const release = longCommand({
  operation: 'releaseReservation',
  path: '/v1/reservations/{reservationId}/releases',
  tag,
  summary: 'Give lines back, or all of it',
  params: reservationParams,
  body: releaseBody,
  status: 201,
  answer: reservationReleased,
  ask: async ({ params, body }, call, deps) => {
    await requireReservation(params.reservationId, call, deps);
    return deps.application.releaseReservation({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt, { params }) => ({ body: { ...params, ...value, receipt }, etag: receipt.revision }),
});

export const reservationRoutes: readonly Route[] = [reserve, list, readOne, extend, release];
