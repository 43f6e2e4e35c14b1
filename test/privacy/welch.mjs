/** The fastest share of some times: the slow ones are the machine's, and say nothing of the request. */
export function fastest(times, share) {
  return [...times].sort((one, other) => one - other).slice(0, Math.ceil(times.length * share));
}

/** Welch's t of two samples whose variances may differ: how many standard errors their means are apart. */
export function welch(one, other) {
  const [a, b] = [one, other].map(moments);
  return (a.mean - b.mean) / Math.sqrt(a.variance / one.length + b.variance / other.length);
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function moments(values) {
  const average = mean(values);
  return {
    mean: average,
    variance: values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1),
  };
}
