import type { Decider, Refusal } from '../decider.ts';
import { fold, isRefusal } from '../decider.ts';
import { extend, takeOver } from './channelDecisions.ts';
import type { StockCommand } from './commands.ts';
import { correctCost } from './costCorrection.ts';
import { recordCount } from './countDecisions.ts';
import type { StockEvent } from './events.ts';
import { evolveStock } from './evolve.ts';
import {
  adjust,
  changeStatus,
  issue,
  offer,
  receive,
  recordMissing,
  reinstate,
  setCost,
  setSafetyStock,
} from './movementDecisions.ts';
import { ownedBy } from './ownership.ts';
import { consequences } from './queue.ts';
import { expire, pick, promote, queueBackorder, release, reserve, withdrawBackorder } from './reservationDecisions.ts';
import { recordReturn, restockReturned, scrapReturned } from './returnDecisions.ts';
import { scrapGoods, takeBackScrap } from './scrap.ts';
import type { StockState } from './state.ts';
import { initialStock } from './state.ts';
import { cancelSupply, expectSupply, rescheduleSupply } from './supplyDecisions.ts';
import { moveTransferred } from './transferDecisions.ts';

type Outcome = readonly StockEvent[] | Refusal;

const decideFact = (command: StockCommand, state: StockState): Outcome => {
  switch (command.type) {
    case 'RecordReceipt':
      return receive(command, state);
    case 'RecordAdjustment':
      return adjust(command, state);
    case 'RecordCount':
      return recordCount(command, state);
    case 'ChangeStatus':
      return changeStatus(command, state);
    case 'RecordMissing':
      return recordMissing(command, state);
    case 'Issue':
      return issue(command, state);
    case 'Reinstate':
      return reinstate(command, state);
    case 'ExpectSupply':
      return expectSupply(command, state);
    case 'RescheduleSupply':
      return rescheduleSupply(command, state);
    case 'CancelSupply':
      return cancelSupply(command, state);
    case 'RecordReturn':
      return recordReturn(command, state);
    case 'ScrapReturned':
      return scrapReturned(command, state);
    case 'RestockReturned':
      return restockReturned(command, state);
    case 'MoveTransferred':
      return moveTransferred(command, state);
    case 'OfferStock':
      return offer(command, state);
    case 'SetSafetyStock':
      return setSafetyStock(command, state);
    case 'ScrapGoods':
      return scrapGoods(command, state);
    case 'TakeBackScrap':
      return takeBackScrap(command, state);
    case 'SetCost':
      return setCost(command, state);
    case 'CorrectCost':
      return correctCost(command, state);
    default:
      return decideReservation(command, state);
  }
};

type ReservationCommand = Extract<
  StockCommand,
  {
    readonly type:
      | 'Reserve'
      | 'Extend'
      | 'TakeOver'
      | 'Promote'
      | 'Release'
      | 'ExpireReservations'
      | 'RecordPick'
      | 'QueueBackorder'
      | 'WithdrawBackorder';
  }
>;

const decideReservation = (command: ReservationCommand, state: StockState): Outcome => {
  switch (command.type) {
    case 'Reserve':
      return reserve(command, state);
    case 'Extend':
      return extend(command, state);
    case 'TakeOver':
      return takeOver(command, state);
    case 'Promote':
      return promote(command, state);
    case 'Release':
      return release(command, state);
    case 'ExpireReservations':
      return expire(command, state);
    case 'RecordPick':
      return pick(command, state);
    case 'QueueBackorder':
      return queueBackorder(command);
    case 'WithdrawBackorder':
      return withdrawBackorder(command, state);
  }
};

const decideStock = ({ owner, ...command }: StockCommand, state: StockState): Outcome => {
  const decided = decideFact(command, state);
  // A reservation has served the queue before its own answer.
  if (isRefusal(decided) || command.type === 'Reserve') return decided;
  const outcome = ownedBy(owner, decided);
  const { bu, node, item } = command;
  const after = fold({ evolve: evolveStock }, state, outcome);
  return [...outcome, ...consequences({ bu, node, item }, state, after)];
};

/** One item at one node: the only authority on reserved quantity (spec 4.3, 4.5). */
export const stockDecider: Decider<StockState, StockCommand, StockEvent> = {
  category: 'stock',
  initial: initialStock,
  decide: decideStock,
  evolve: evolveStock,
};
