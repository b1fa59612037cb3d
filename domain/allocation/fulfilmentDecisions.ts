import { refuse } from '../decider.ts';
import type { OpenBuckets } from '../order/events.ts';
import type { OpenQuantities } from '../order/quantities.ts';
import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import { valueAt, valuesOf } from '../stock/orderedMap.ts';
import { confirmationFact, giftFact, lossFact, partsOfRelease, shortageFact, voidFact } from './collections.ts';
import type { AllocationEvent, AllocationFulfilled, AllocationReopened } from './events.ts';
import { evolveAllocation } from './evolve.ts';
import type { OvershipmentGifted } from './giftEvents.ts';
import { type Decision, identityOf, type Of, unknownLine } from './sourcingDecisions.ts';
import { type AllocationState, fulfilled, giftedOf, givenBack, lineOf, nothingOpen, releasedOpen } from './state.ts';

export const bucketsText = (from: OpenQuantities): OpenBuckets => ({
  unsourced: qtyText(from.unsourced),
  backordered: qtyText(from.backordered),
  reserved: qtyText(from.reserved),
  allocated: qtyText(from.allocated),
  ...(from.dropship === 0n ? {} : { dropship: qtyText(from.dropship) }),
});

const openAfter = (state: AllocationState, lineId: string): OpenBuckets =>
  bucketsText(lineOf(state, lineId) ?? nothingOpen);

const unknownRelease = (releaseId: string) =>
  refuse('RELEASE_UNKNOWN', `Release ${releaseId} does not belong to this order.`, { releaseId });

export const accepted = (command: Of<'RecordWarehouseAccepted'>, state: AllocationState): Decision => {
  const { releaseId, warehouseReference } = command;
  const release = valueAt(state.releases, releaseId);
  if (release === undefined) return unknownRelease(releaseId);
  if (release.answer !== 'NONE') return [];
  const { shipmentId, node } = release;
  return [
    { type: 'WarehouseAccepted', data: { ...identityOf(state), releaseId, shipmentId, node, warehouseReference } },
  ];
};

/** What has left or was stopped stays so; only what the release still holds goes back to sourcing. */
export const refused = (command: Of<'RecordWarehouseRefused'>, state: AllocationState): Decision => {
  const { releaseId, code } = command;
  const release = valueAt(state.releases, releaseId);
  if (release === undefined) return unknownRelease(releaseId);
  if (release.answer === 'REFUSED') return [];
  const { shipmentId, node } = release;
  const lines = [...valuesOf(release.lines)]
    .filter((line) => line.open > 0n)
    .map(({ lineId, item, reservationId, open }) => ({ lineId, item, reservationId, qty: qtyText(open) }));
  return [{ type: 'WarehouseRefused', data: { ...identityOf(state), releaseId, shipmentId, node, code, lines } }];
};

type FulfilledLine = AllocationFulfilled['data']['lines'][number];

/** Fact. Lines are taken one after the other, so that a line named twice is not counted against the same quantity twice. */
export const fulfil = (command: Of<'RecordFulfilment'>, state: AllocationState): Decision => {
  const { releaseId, confirmationId } = command;
  if (valueAt(state.facts, confirmationFact(releaseId, confirmationId)) !== undefined) return [];
  const eventOf = (lines: readonly FulfilledLine[]): AllocationFulfilled => ({
    type: 'AllocationFulfilled',
    data: { ...identityOf(state), releaseId, confirmationId, lines },
  });
  const lines: FulfilledLine[] = [];
  let now = state;
  for (const { lineId, qty: text, reservations: leftFrom, notOwed } of command.lines) {
    const line = lineOf(now, lineId);
    if (line === undefined) return unknownLine(state, lineId);
    const release = valueAt(now.releases, releaseId);
    const { from, overshipped } = fulfilled(
      line,
      release === undefined ? 0n : releasedOpen(release, lineId),
      qty(text),
      qty(notOwed ?? '0'),
      release?.bucket,
    );
    lines.push({
      lineId,
      item: line.item,
      qty: text,
      from: bucketsText(from),
      overshipped: qtyText(overshipped),
      ...givenBack(now, line, from),
      ...(leftFrom === undefined ? {} : { leftFrom }),
    });
    now = evolveAllocation(now, eventOf(lines.slice(-1)));
  }
  // The order's own view took such goods out of what it knew to be open when they left; this is what it comes to.
  const told = lines.map((line) =>
    lineOf(now, line.lineId)?.absorbed === true ? { ...line, open: openAfter(now, line.lineId) } : line,
  );
  return [eventOf(told)];
};

/**
 * The shipment has already refused what it never planned. What this release no longer holds of a reported shortage was
 * cancelled or covered by another shipment in the meantime, so at most what is open goes back to sourcing.
 */
export const short = (command: Of<'RecordShort'>, state: AllocationState): Decision => {
  const { releaseId, shortageId } = command;
  const events: AllocationEvent[] = [];
  let now = state;
  for (const { lineId, qty: text, cause, reservations } of command.lines) {
    const release = valueAt(now.releases, releaseId);
    if (release === undefined) return unknownRelease(releaseId);
    if (lineOf(now, lineId) === undefined) return unknownLine(state, lineId);
    if (valueAt(state.facts, shortageFact(releaseId, shortageId, lineId)) !== undefined) continue;
    const { shipmentId, node } = release;
    for (const { item, reservationId, part } of partsOfRelease(
      release,
      lineId,
      minQty(qty(text), releasedOpen(release, lineId)),
      reservations,
    )) {
      const event: AllocationEvent = {
        type: 'AllocationShorted',
        data: {
          ...identityOf(state),
          releaseId,
          shipmentId,
          shortageId,
          lineId,
          item,
          reservationId,
          node,
          shortQty: qtyText(part),
          cause,
        },
      };
      events.push(event);
      now = evolveAllocation(now, event);
    }
  }
  return events;
};

/** The quantity needs sourcing again, except what had been over-shipped: nobody ordered that. What was given away covers nothing. */
export const reopenShipped = (command: Of<'ReopenShipped'>, state: AllocationState): Decision => {
  const { shipmentId, lossId } = command;
  const fact = lossId === undefined ? voidFact(shipmentId) : lossFact(shipmentId, lossId);
  if (valueAt(state.facts, fact) !== undefined) return [];
  const overLeft = new Map<string, bigint>();
  const lines: AllocationReopened['data']['lines'][number][] = [];
  for (const { lineId, qty: text, gifted } of command.lines) {
    const line = lineOf(state, lineId);
    if (line === undefined) return unknownLine(state, lineId);
    // A void brings back what was given away with it; of a loss it is said how much that is.
    const given = giftedOf(line, lossId === undefined ? shipmentId : undefined) - qty(gifted ?? '0');
    const left = overLeft.get(lineId) ?? line.overshipped - given;
    const overshipped = minQty(qty(text), left);
    overLeft.set(lineId, left - overshipped);
    lines.push({ lineId, qty: text, overshipped: qtyText(overshipped), ...(gifted === undefined ? {} : { gifted }) });
  }
  const reopened: AllocationReopened = {
    type: 'AllocationReopened',
    data: { ...identityOf(state), shipmentId, ...(lossId === undefined ? {} : { lossId }), lines },
  };
  const after = evolveAllocation(state, reopened);
  const told = lines.map((line) => ({ ...line, open: openAfter(after, line.lineId) }));
  return [{ ...reopened, data: { ...reopened.data, lines: told } }];
};

/**
 * Goods that were given away cover nothing of what was ordered. Where a shipment was voided in that moment, and they were taken
 * for a part of what it had brought, that part is wanted once more.
 */
export const recordGift = (command: Of<'RecordGift'>, state: AllocationState): Decision => {
  const { resolutionId, shipmentId, lineId, qty: text } = command;
  const isKnown = [giftFact(resolutionId), voidFact(shipmentId)].some(
    (fact) => valueAt(state.facts, fact) !== undefined,
  );
  if (isKnown) return [];
  const line = lineOf(state, lineId);
  if (line === undefined) return unknownLine(state, lineId);
  const reopened = maxQty(0n, giftedOf(line) + qty(text) - line.overshipped);
  const { item } = line;
  const gift: OvershipmentGifted = {
    type: 'OvershipmentGifted',
    data: { ...identityOf(state), resolutionId, shipmentId, lineId, item, qty: text, reopened: qtyText(reopened) },
  };
  if (reopened === 0n) return [gift];
  return [{ ...gift, data: { ...gift.data, open: openAfter(evolveAllocation(state, gift), lineId) } }];
};
