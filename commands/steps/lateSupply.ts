import { lateSupplyOf } from '../../domain/masterData/catalog.ts';
import type { Run } from './stepRun.ts';

/** What the business unit does about late supply now. */
export const lateSupplyFor = ({ catalog }: Pick<Run, 'catalog'>, bu: string) => lateSupplyOf(catalog.current(), bu);

/** A run whose promises say which version of that they were made by; where none was ever published they say nothing. */
export const underLateSupply = (run: Run, bu: string): Run => {
  const { version } = lateSupplyFor(run, bu);
  return version === 0 ? run : run.under({ lateSupply: version });
};
