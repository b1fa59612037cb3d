import { periodOf } from '../../domain/calendar.ts';
import { streamName } from '../../domain/eventLog.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import { bookkeeperOf, type ShadowState, shadowDecider } from '../../domain/shadow/shadow.ts';
import { businessDay } from '../businessDay.ts';
import { findEvent } from '../deciding/readStream.ts';
import type { Erp } from '../partnerPorts.ts';
import { NotYet } from '../workers/dispatcher.ts';
import { type OfOrder, orderStream } from './allocationStream.ts';
import type { Run } from './stepRun.ts';

const shadowStream = (bu: string, ledger: string) => streamName(shadowDecider.category, bu, ledger);

/** Nobody says when a hold ends. */
const heldDelayMs = 5_000;

/**
 * An ERP that is asked because of what it `has`. Steps are taken by the holds of the ERP that has the business unit, which may be
 * another one by now, so its own are looked at here. Throws `NotYet` while it is held, and where it is not configured.
 */
export const erpNamed = (run: Run, system: string, has: string): Erp => {
  const erp = run.erps.named(system);
  if (erp === undefined) throw new Error(`${system} ${has}, and no ERP of that name is configured`);
  if (run.isErpHeld?.(system) === true) throw new NotYet(`calls of ${system} are paused`, heldDelayMs);
  return erp;
};

/** Since a cut-over who has the books of a period, else whoever has the business unit. */
const keeperOf = (run: Run, state: ShadowState, bu: string, period: string): Erp => {
  const system = bookkeeperOf(state, period);
  return system === undefined ? run.erps.of(bu) : erpNamed(run, system, `has the books of ${bu} for ${period}`);
};

/** Whose books a batch of this period belongs in. Throws as `erpNamed`. */
export const bookkeeper = async (
  run: Run,
  { bu, ledger, period }: { readonly bu: string; readonly ledger: string; readonly period: string },
): Promise<Erp> => keeperOf(run, (await run.load(shadowDecider, shadowStream(bu, ledger))).state, bu, period);

/**
 * Who takes a new order: who has the books of the day on which it was accepted, whenever it is tried, because its invoices are
 * posted there. Throws as `erpNamed`.
 */
export const orderTaker = async (run: Run, of: OfOrder): Promise<Erp> => {
  const { bu } = of;
  const unit = businessUnitOf(run.catalog.current(), bu);
  if (unit === undefined) return run.erps.of(bu);
  const { state } = await run.load(shadowDecider, shadowStream(bu, unit.ledger));
  if (bookkeeperOf(state, '') === undefined) return run.erps.of(bu);
  const accepted = await findEvent(run.store, orderStream(of), 'OrderAccepted');
  const day = businessDay(run, bu, accepted?.data.acceptedAt ?? run.clock());
  return keeperOf(run, state, bu, periodOf(day));
};
