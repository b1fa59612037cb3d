import { streamName } from '../../domain/eventLog.ts';
import { accrualKey } from '../../domain/ledger/accruals.ts';
import type { RecordAccruals } from '../../domain/ledger/commands.ts';
import type { AccruedGoods } from '../../domain/ledger/events.ts';
import { periodDecider } from '../../domain/ledger/period.ts';
import { customerOf, itemOf } from '../../domain/masterData/catalog.ts';
import type { OfSoftClose } from '../../domain/orderToCash/stepPayloads.ts';
import type { Accruable } from '../calls/callPorts.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { eventIdOf } from '../eventIds.ts';
import { NotYet } from '../workers/dispatcher.ts';
import { chunked } from './allocationStream.ts';
import type { Run, StepScript } from './stepRun.ts';

/** Shipment lines of one question, and of one append; each of them is two events. */
const linesPerPage = 1_000;
const linesPerCommand = 100;
/** Read models and billing are asked again after this long, while they do not know everything yet. */
const notYetDelayMs = 1_000;

/** Groups that no event of the goods names are those of the catalogue. Throws `RangeError` for master data that is gone. */
const accrued = (run: Run, { bu }: OfSoftClose, goods: Accruable['goods'][number]): AccruedGoods => {
  const catalog = run.catalog.current();
  const customerGroup = customerOf(catalog, bu, goods.customer)?.group;
  const itemGroup = goods.itemGroup ?? itemOf(catalog, bu, goods.item)?.group;
  if (customerGroup === undefined || itemGroup === undefined)
    throw new RangeError(`customer ${goods.customer} or item ${goods.item} is not known`);
  const { region, costs, ...rest } = goods;
  return {
    ...{ ...rest, customerGroup, itemGroup },
    ...(region === null ? {} : { region }),
    ...(costs == null ? {} : { costs }),
  };
};

const nextPage = async (run: Run, of: OfSoftClose, after: string): Promise<Accruable> => {
  const { softClosedAt: through, bu, ledger, period } = of;
  const page = await run.accruableGoods({ bu, ledger, period }, { through, after, limit: linesPerPage });
  const { knownThrough, unanswered } = page;
  if (knownThrough === null || knownThrough < through)
    throw new NotYet(`the read models do not know the soft close of ${period} yet`, notYetDelayMs);
  if (unanswered > 0)
    throw new NotYet(
      `${unanswered} confirmed shipments up to the soft close of ${period} are not billed yet`,
      notYetDelayMs,
    );
  return page;
};

/** The period decides what differs from what stands, so it does not matter how often and in which parts this is told. */
const tellPeriod = async (run: Run, of: OfSoftClose, part: Pick<RecordAccruals, 'after' | 'upTo' | 'goods'>) => {
  const { bu, ledger, period } = of;
  const commandId = `${run.intentId}:${contentSha256(part)}`;
  const eventIdAt = (index: number): string => eventIdOf(commandId, index);
  const command = { type: 'RecordAccruals', bu, ledger, period, ...part, eventIdAt } as const;
  await run.tell(periodDecider, streamName('period', bu, ledger, period), command, commandId);
};

/** Page by page in the order of the shipment lines, so what stands for none of them is found and taken back as well. */
export const recordAccruals: StepScript<'recordAccruals'> = async (run, of) => {
  await run.catalog.waitFor(of.softClosedAt);
  for (let after = '', more = true; more; ) {
    const page = await nextPage(run, of, after);
    if (!page.accrues) return;
    more = page.goods.length === linesPerPage;
    const parts = page.goods.length === 0 ? [[]] : chunked(page.goods, linesPerCommand);
    for (const [index, part] of parts.entries()) {
      const last = part.at(-1);
      const upTo = last === undefined || (!more && index === parts.length - 1) ? null : accrualKey(last);
      await tellPeriod(run, of, { after, upTo, goods: part.map((goods) => accrued(run, of, goods)) });
      after = upTo ?? after;
    }
  }
};
