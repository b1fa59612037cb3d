import type { StockTransferred } from '../stock/transferEvents.ts';

/** Goods at one end of a transfer; `qty` is below zero where they leave. */
export type TransferredGoods = Omit<StockTransferred['data'], 'bu' | 'transferId' | 'from' | 'to' | 'currency'>;

/** What is done about transfers; see `steps.ts`. */
export type TransferStep =
  /**
   * MoveTransferred at the positions of the goods, if any moved. Then what is to come at each position of the receiving node is what
   * the transfer says by now: ExpectSupply, or CancelSupply where nothing more is.
   */
  {
    readonly step: 'followTransfer';
    readonly payload: {
      readonly bu: string;
      readonly transferId: string;
      readonly from: string;
      readonly to: string;
      readonly currency: string;
      /** When the goods moved. */
      readonly at: string;
      readonly goods: readonly TransferredGoods[];
    };
  };
