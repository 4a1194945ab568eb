declare module 'virtual:worker' {
  /** The worker, as the text of one script. */
  const text: string;
  export default text;
}
