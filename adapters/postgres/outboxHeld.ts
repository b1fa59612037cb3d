import { type RawBuilder, sql } from 'kysely';
import type { Paused } from '../../commands/ports.ts';

/**
 * Leaves out steps that operators hold. They stay due, so what comes behind them in their lane waits too. An order's
 * channel is written on its first steps; for later ones the order status knows it. Nothing is asked while nothing is held.
 */
export const notHeld = (held: readonly Paused[]): RawBuilder<unknown> => {
  if (held.length === 0) return sql``;
  const keys = (of: Paused['group']): string[] => held.filter(({ group }) => group === of).map(({ key }) => key);
  const channels = keys('channel');
  const ofOrder =
    channels.length === 0
      ? sql`false`
      : sql`exists (select from rm.orders r where r.order_id = o.key and r.channel = any(${channels}::text[]))`;
  return sql`and not (o.bu = any(${keys('bu')}::text[]) or o.lane = any(${keys('lane')}::text[])
    or coalesce(o.node = any(${keys('node')}::text[]), false) or coalesce(o.partner = any(${keys('adapter')}::text[]), false)
    or coalesce(o.channel = any(${channels}::text[]), false) or ${ofOrder})`;
};
