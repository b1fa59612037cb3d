import type { ReturnState } from './state.ts';

export type Authorised = NonNullable<ReturnState['authorised']>;

/** What every event of a return repeats. */
export const headOf = ({ rmaId, bu, orderId, shipmentId, node }: Authorised) => ({
  ...{ rmaId, bu, orderId, shipmentId, node },
});
