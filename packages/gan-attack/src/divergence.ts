/** Thrown inside a training where a number leaves its bounds. */
export class Divergence extends Error {
  readonly quantity: string;
  readonly value: number;
  /** What the quantity must do. */
  readonly condition: string;

  constructor(quantity: string, value: number, condition: string) {
    super(`${quantity} must ${condition}, got ${value}`);
    this.quantity = quantity;
    this.value = value;
    this.condition = condition;
  }
}
