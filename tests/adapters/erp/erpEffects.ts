import { effectsOf } from '../http/peer.ts';

/** What really is in the books of a simulated ERP, whichever way it is called. */
export const erpEffects = async (url: string) => {
  const { orders, journalImports, journalsPosted, journalsRejected } = await effectsOf(url);
  return {
    orders: Number(orders),
    journalImports: Number(journalImports),
    journalsPosted: Number(journalsPosted),
    journalsRejected: Number(journalsRejected),
  };
};
