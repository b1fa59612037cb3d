import { z } from 'zod';
import type { Receipt } from '../../commands/ports.ts';
import { command, type Route } from '../route.ts';
import { ulid } from '../schemas/fields.ts';
import { findingBody, lossBody, lossDecisionBody, lossParams, lossReassignmentBody } from '../schemas/losses.ts';
import { shipmentAnswer } from '../schemas/shipments.ts';
import { requirePlannedShipment } from '../visibility.ts';

const tag = 'Shipments';

const told = ({ shipmentId }: { readonly shipmentId: string }, receipt: Receipt) => ({
  body: { shipmentId, receipt },
  etag: receipt.revision,
  location: `/v1/shipments/${shipmentId}`,
});

const record = command({
  operation: 'recordLoss',
  path: '/v1/shipments/{shipmentId}/losses',
  tag,
  summary: 'Record goods that were lost or damaged on their way',
  description:
    'A fact. The same `lossId` and content is answered again without effect. Until it is decided what becomes of the goods, no invoice of them is issued; a carrier tells the same with LOST and DAMAGED of a tracking event, whose id is then the `lossId`.',
  params: z.strictObject({ shipmentId: ulid }),
  body: lossBody,
  status: 201,
  answer: shipmentAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requirePlannedShipment(params.shipmentId, call, deps);
    return deps.application.recordLoss({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const decide = command({
  operation: 'decideLoss',
  path: '/v1/shipments/{shipmentId}/losses/{lossId}/decisions',
  tag,
  summary: 'Decide what becomes of lost goods',
  description:
    'What no invoice bills is sent again or cancelled, and its cost leaves DEFERRED_COGS. What was billed before is credited, above the limit of the business unit once a second person has agreed; who is to have those goods after all orders them anew.',
  params: lossParams,
  body: lossDecisionBody,
  status: 201,
  answer: shipmentAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requirePlannedShipment(params.shipmentId, call, deps);
    return deps.application.decideLoss({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const reassign = command({
  operation: 'reassignLoss',
  path: '/v1/shipments/{shipmentId}/losses/{lossId}/reassignments',
  tag,
  summary: 'Have another one bear a loss',
  description: 'The cost that stands with the one who bore it moves, in an open period.',
  params: lossParams,
  body: lossReassignmentBody,
  status: 201,
  answer: shipmentAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requirePlannedShipment(params.shipmentId, call, deps);
    return deps.application.reassignLoss({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const find = command({
  operation: 'recordFound',
  path: '/v1/shipments/{shipmentId}/losses/{lossId}/findings',
  tag,
  summary: 'Record that lost goods are there after all',
  description:
    'A fact. Before anything was decided the loss is as if it had never been. Afterwards what was settled stays, and a case asks a person what is owed for the goods.',
  params: lossParams,
  body: findingBody,
  status: 201,
  answer: shipmentAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requirePlannedShipment(params.shipmentId, call, deps);
    return deps.application.recordFound({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const lossRoutes: readonly Route[] = [record, decide, reassign, find];
