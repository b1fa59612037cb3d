import { isDay } from '../../domain/calendar.ts';
import { unitPricePattern } from '../../domain/money.ts';
import type { StockStatus } from '../../domain/stock/events.ts';
import type { Place } from '../../domain/stock/place.ts';
import type { ContentChecks, Violation } from '../application.ts';
import { violation } from '../outcome.ts';
import type { AppPorts } from './callPorts.ts';
import type { WithRevision } from './inputs.ts';
import { type Checked, checkPlaced, itemBaseUom, upToDate, violationsOf } from './stockContent.ts';

type OfSupply = Place & { readonly supplyId: string };

/** What is not given stays as it was announced. `qty` is the new total, what is here already counted in. */
export type RescheduleInput = OfSupply & {
  readonly qty?: string;
  readonly uom?: string;
  readonly availableDate?: string;
};

/** Goods of a supply. Absent `unitCost`: the present one; absent `receivedAt`: now. */
export type SupplyReceiptInput = OfSupply & {
  readonly reference: string;
  readonly qty: string;
  readonly uom: string;
  readonly unitCost?: string;
  readonly status?: StockStatus;
  readonly lots?: readonly string[];
  readonly receivedAt?: string;
};

export type SupplyCancellationInput = OfSupply & { readonly reason: string };

export type Revised<Input> = Input & WithRevision;

type Catalogued = Pick<AppPorts, 'catalog'>;

/** The quantity is one of base units where none is given: it is not looked at then. */
const placeOnly = (ports: Catalogued, input: Place) => ({ qty: '1', uom: itemBaseUom(ports, input) });

const checkRescheduleNow = (ports: Catalogued, input: RescheduleInput): Checked => {
  const { availableDate, qty, uom } = input;
  const wrong: Violation[] = [];
  if (availableDate !== undefined && !isDay(availableDate)) {
    wrong.push(violation('/availableDate', 'DATE_INVALID', `${availableDate} is not a date (YYYY-MM-DD).`));
  }
  const entered = qty === undefined ? placeOnly(ports, input) : { qty, uom: uom ?? itemBaseUom(ports, input) };
  return checkPlaced(ports, { ...input, ...entered }, 'above zero', wrong);
};

const checkSupplyReceiptNow = (ports: Catalogued, input: SupplyReceiptInput): Checked => {
  const detail = 'A unit cost is decimal text in major units per base unit, with up to 6 places.';
  const costly = input.unitCost !== undefined && !unitPricePattern.test(input.unitCost);
  return checkPlaced(ports, input, 'above zero', costly ? [violation('/unitCost', 'NUMERIC_FORMAT', detail)] : []);
};

const checkCancellationNow = (ports: Catalogued, input: SupplyCancellationInput): Checked =>
  checkPlaced(ports, { ...input, ...placeOnly(ports, input) }, 'above zero');

export const checkReschedule = upToDate(checkRescheduleNow);
export const checkSupplyReceipt = upToDate(checkSupplyReceiptNow);
export const checkCancellation = upToDate(checkCancellationNow);

export const supplyChecks = (
  ports: Catalogued,
): Pick<ContentChecks, 'supplyReschedule' | 'supplyReceipt' | 'supplyCancellation'> => ({
  supplyReschedule: async (input) => violationsOf(await checkReschedule(ports, input)),
  supplyReceipt: async (input) => violationsOf(await checkSupplyReceipt(ports, input)),
  supplyCancellation: async (input) => violationsOf(await checkCancellation(ports, input)),
});
