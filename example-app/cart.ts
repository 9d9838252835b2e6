/** What the shop sells, and what a cart is. */
export const GOODS = ['Pocket notebook', 'Fountain pen', 'Blue ink'] as const;

/** Pieces by name. */
export type Cart = Readonly<Record<string, number>>;

const MOST = 99;

/** The cart with one more; unchanged if the shop has no such thing. */
export function withOneMore(cart: Cart, item: string | null): Cart {
  const sold = GOODS.find((name) => name === item);
  return sold === undefined ? cart : { ...cart, [sold]: Math.min((cart[sold] ?? 0) + 1, MOST) };
}
