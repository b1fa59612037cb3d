import { type Decider, refuse } from '../decider.ts';
import { deallocate } from './cancelDecisions.ts';
import type { AllocationCommand } from './commands.ts';
import { addDemand } from './demandDecisions.ts';
import { recordDropShipRefused, routeToDropShip } from './dropShipDecisions.ts';
import type { AllocationEvent } from './events.ts';
import { evolveAllocation } from './evolve.ts';
import { accepted, fulfil, recordGift, refused, reopenShipped, short } from './fulfilmentDecisions.ts';
import { recordPromise } from './promiseDecisions.ts';
import {
  backorder,
  type Decision,
  decideSourcing,
  identityOf,
  type Of,
  openErpGate,
  recordReservation,
  recordReservationFailed,
  recordReservationLost,
  release,
  start,
  unqueueBackorder,
} from './sourcingDecisions.ts';
import { type AllocationState, initialAllocation, linesInOrder } from './state.ts';

const reopenSourcing = ({ cause }: Of<'ReopenSourcing'>, state: AllocationState): Decision =>
  linesInOrder(state).some(({ unsourced }) => unsourced > 0n)
    ? [{ type: 'SourcingReopened', data: { ...identityOf(state), cause } }]
    : [];

const decide = (command: AllocationCommand, state: AllocationState): Decision => {
  if (command.type === 'StartAllocation') return start(command, state);
  if (state.started === null) return refuse('NOT_FOUND', 'This order has no allocation yet.');
  switch (command.type) {
    case 'AddDemand':
      return addDemand(command, state);
    case 'DecideSourcing':
      return decideSourcing(command, state);
    case 'RecordReservation':
      return recordReservation(command, state);
    case 'RecordReservationFailed':
      return recordReservationFailed(command, state);
    case 'RecordReservationLost':
      return recordReservationLost(command, state);
    case 'Backorder':
      return backorder(command, state);
    case 'RecordPromise':
      return recordPromise(command, state);
    case 'UnqueueBackorder':
      return unqueueBackorder(command, state);
    case 'ReopenSourcing':
      return reopenSourcing(command, state);
    case 'OpenErpGate':
      return openErpGate(state);
    case 'Release':
      return release(command, state);
    case 'RecordWarehouseAccepted':
      return accepted(command, state);
    case 'RecordWarehouseRefused':
      return refused(command, state);
    case 'RecordFulfilment':
      return fulfil(command, state);
    case 'RecordShort':
      return short(command, state);
    case 'RouteToDropShip':
      return routeToDropShip(command, state);
    case 'RecordDropShipRefused':
      return recordDropShipRefused(command, state);
    case 'Deallocate':
      return deallocate(command, state);
    case 'ReopenShipped':
      return reopenShipped(command, state);
    case 'RecordGift':
      return recordGift(command, state);
  }
};

/**
 * The plan of one accepted order: where each line comes from and what has been released. Stock positions alone decide
 * about stock; what they answered is recorded here.
 */
export const allocation: Decider<AllocationState, AllocationCommand, AllocationEvent> = {
  category: 'allocation',
  initial: initialAllocation,
  decide,
  evolve: evolveAllocation,
};
