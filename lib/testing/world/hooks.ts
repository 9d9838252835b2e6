/** What the suite hands to `app: (hooks) => ...`: places where an app touches the world, so that they can be held and watched. */
export interface Hooks {
  /** Different for each app that is made. */
  readonly seed: string;
}
