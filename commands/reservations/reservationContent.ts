import { ineligibility } from '../../domain/availability/shipping.ts';
import { localClock } from '../../domain/calendar.ts';
import { businessUnitOf, type Catalog, customerOf, nodeOf } from '../../domain/masterData/catalog.ts';
import { dateViolations } from '../../domain/masterData/orderShape.ts';
import { resolveLine } from '../../domain/masterData/resolveLine.ts';
import type { SubmittedLine } from '../../domain/order/events.ts';
import { qty } from '../../domain/quantity.ts';
import { minutesOf } from '../../domain/reservation/reservation.ts';
import type { ChannelPurpose } from '../../domain/stock/events.ts';
import type { Violation } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import { violation } from '../outcome.ts';
import { missingIn } from '../workers/upToDate.ts';

/** What a channel asks to be set aside. */
export type ReservationInput = {
  readonly bu: string;
  readonly channel: string;
  readonly soldTo: string;
  readonly kind: ChannelPurpose;
  /** Absent: today. */
  readonly requestedDate?: string;
  /** Absent: as long as is usual for the kind. */
  readonly minutes?: number;
  /** What can be had will do; otherwise all of it or nothing. */
  readonly allowPartial: boolean;
  /** A line may come from several nodes. */
  readonly allowSplit: boolean;
  readonly lines: readonly {
    readonly lineId: string;
    readonly item: string;
    readonly qty: string;
    readonly uom: string;
    /** Absent: where orders would be sourced from. */
    readonly node?: string;
  }[];
};

export type WantedLine = {
  readonly lineId: string;
  readonly item: string;
  /** Base units. */
  readonly qty: bigint;
  readonly baseUom: string;
  readonly node?: string;
};

type Understood = {
  readonly needDate: string;
  readonly lines: readonly WantedLine[];
  readonly violations: readonly Violation[];
};

const customerViolations = ({ bu, soldTo }: ReservationInput, catalog: Catalog): readonly Violation[] => {
  const customer = customerOf(catalog, bu, soldTo);
  if (customer === undefined) return [violation('/soldTo', 'CUSTOMER_UNKNOWN', `There is no customer ${soldTo}.`)];
  return customer.active ? [] : [violation('/soldTo', 'CUSTOMER_INACTIVE', `Customer ${soldTo} is not active.`)];
};

const nodeViolations = ({ bu, lines }: ReservationInput, catalog: Catalog): readonly Violation[] =>
  lines.flatMap(({ node }, index) => {
    if (node === undefined) return [];
    const where = `/lines/${index}/node`;
    const known = nodeOf(catalog, bu, node);
    if (known === undefined) return [violation(where, 'NODE_UNKNOWN', `There is no node ${node}.`)];
    const never = ineligibility(known);
    return never === null ? [] : [violation(where, never, `${node} supplies nothing from stock.`)];
  });

/** A kit is put together when it is ordered; what is set aside for a cart lies at one position. */
const kitViolations = (line: SubmittedLine | undefined, index: number): readonly Violation[] =>
  line?.components === undefined
    ? []
    : [violation(`/lines/${index}/item`, 'KIT_NOT_STOCKED', `${line.item} is a kit: its components can be reserved.`)];

/** Longer than that is not asked for. Absent: as long as is usual. */
export const minutesViolations = (kind: ChannelPurpose, minutes: number | undefined): readonly Violation[] => {
  const { most } = minutesOf[kind];
  if (minutes === undefined || minutes <= most) return [];
  return [violation('/minutes', 'MINUTES_TOO_MANY', `A ${kind} is kept for ${most} minutes at most.`)];
};

const understand = (input: ReservationInput, catalog: Catalog, now: string): Understood => {
  const unit = businessUnitOf(catalog, input.bu);
  if (unit === undefined) {
    const violations = [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${input.bu}.`)];
    return { needDate: '', lines: [], violations };
  }
  const today = localClock(now, unit.timeZone).day;
  const outcomes = input.lines.map((line, index) => resolveLine(line, index, input.bu, catalog));
  const lines = outcomes.flatMap(({ line }, index) => {
    if (line === undefined) return [];
    const node = input.lines[index]?.node;
    const { lineId, item, baseUom } = line;
    return [{ lineId, item, baseUom, qty: qty(line.qty), ...(node !== undefined && { node }) }];
  });
  const violations = [
    ...customerViolations(input, catalog),
    ...(input.requestedDate === undefined ? [] : dateViolations(input.requestedDate, today)),
    ...minutesViolations(input.kind, input.minutes),
    ...outcomes.flatMap((outcome) => outcome.violations),
    ...outcomes.flatMap(({ line }, index) => kitViolations(line, index)),
    ...nodeViolations(input, catalog),
  ];
  return { needDate: input.requestedDate ?? today, lines, violations };
};

/** What is wanted in base units, and all that is wrong with it. Throws `LogUnavailable` when the log has to be read for it. */
export const understood = async (
  { catalog, clock }: Pick<AppPorts, 'catalog' | 'clock'>,
  input: ReservationInput,
): Promise<Understood> => {
  await missingIn(catalog, (current) => understand(input, current, clock()).violations);
  return understand(input, catalog.current(), clock());
};
