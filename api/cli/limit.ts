import type { StepRate } from '../../domain/rateLimit/events.ts';
import { type CliCommand, reasonIn, reasonOption, Stop } from './command.ts';
import { callService } from './service.ts';

const units: Readonly<Record<string, StepRate['per']>> = {
  s: 'second',
  second: 'second',
  min: 'minute',
  minute: 'minute',
};

/** `50/s`, `30/min`; undefined for `none`. Throws `Stop` 2 for anything else. */
const rateOf = (text: string): StepRate | undefined => {
  if (text === 'none') return undefined;
  const [, steps, unit = ''] = /^([1-9]\d{0,5})\/(s|second|min|minute)$/.exec(text) ?? [];
  const per = units[unit];
  if (steps === undefined || per === undefined) throw new Stop(`${text} is no rate. Say 50/s, 30/min or none.`, 2);
  return { steps: Number(steps), per };
};

export const limitCommand: CliCommand = {
  usage: 'limit <lane> <rate>',
  summary: 'Slow adapter:<name>, bu:<code>, channel:<code> or node:<code> down to 50/s or 30/min; none lets it go',
  options: [reasonOption],
  callsService: true,
  examples: ['limit channel:edi 50/s --reason "a flood of orders"', 'limit channel:edi none --reason "it is over"'],
  run: async ([key = '', text = ''], options) => {
    const reason = reasonIn(options);
    if (!/^(adapter|bu|channel|node):./.test(key))
      throw new Stop(`${key} cannot be limited. Say adapter:<name>, bu:<code>, channel:<code> or node:<code>.`, 2);
    const rate = rateOf(text);
    const path = `/v1/ops/lanes/${encodeURIComponent(key)}/${rate === undefined ? 'limit-removals' : 'limits'}`;
    const value = await (await callService(options)).post(path, { ...rate, reason });
    const said = rate === undefined ? 'as fast as it can again' : `held to ${rate.steps} steps a ${rate.per}`;
    return { value, text: `${key} is ${said}.` };
  },
};
