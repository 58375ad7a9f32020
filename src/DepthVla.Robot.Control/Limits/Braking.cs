using System.Diagnostics;

namespace DepthVla.Robot.Control.Limits;

/// <summary>Braking in whole counts: a joint that moved <c>s</c> counts in the last period and brakes moves s−d, s−2d, … down to 0.</summary>
/// <remarks>
/// Integers, so every result is exact. With n = ⌊s/d⌋ the steps s, s−d, …, s−nd cover, the step s included,
/// <code>way(s) = (n+1)·s − d·n(n+1)/2</code>
/// It grows with s, so a gap g has a largest step with way(s) ≤ g: as s lies in [nd, (n+1)d), way lies in [d·n(n+1)/2, d·(n+1)(n+2)/2);
/// n is therefore the largest with d·n(n+1)/2 ≤ g, and s = ⌊(g + d·n(n+1)/2) / (n+1)⌋.
/// Pure; real-time safe. Steps and gaps are not negative, d is at least 1, and all lie below 2⁵⁶, which keeps every sum in a long.
/// </remarks>
internal static class Braking
{
    /// <summary>How many steps are not 0.</summary>
    /// <param name="step">The coming step, counts a period.</param>
    /// <param name="change">How much slower each further step is, counts a period².</param>
    public static long Periods(long step, long change) => (step + change - 1) / change;

    /// <summary>What the first steps cover, counts.</summary>
    /// <param name="step">The coming step, counts a period.</param>
    /// <param name="change">How much slower each further step is, counts a period².</param>
    /// <param name="periods">How many steps, at most those that are not 0.</param>
    public static long Way(long step, long change, long periods) => periods * step - change * Triangle(periods - 1);

    /// <summary>What a step and all the braking after it cover, counts.</summary>
    /// <param name="step">The coming step, counts a period.</param>
    /// <param name="change">How much slower each further step is, counts a period².</param>
    public static long Way(long step, long change) => Way(step, change, Periods(step, change));

    /// <summary>The largest step from which a joint still stops within <paramref name="gap"/>, the step included.</summary>
    /// <param name="gap">The way there is, counts.</param>
    /// <param name="change">How much slower each further step can be, counts a period².</param>
    public static long MaxStep(long gap, long change)
    {
        Debug.Assert(gap >= 0 && change > 0, "a gap is not negative, braking does something");
        var n = (long)((Math.Sqrt(1 + 8.0 * gap / change) - 1) / 2);
        if (change * Triangle(n) > gap) n--;              // the root is rounded: one off at most
        else if (change * Triangle(n + 1) <= gap) n++;
        return (gap + change * Triangle(n)) / (n + 1);
    }

    /// <summary>The next step of a joint that brakes with all it has.</summary>
    /// <param name="step">The last step, either way.</param>
    /// <param name="change">By how much it may shrink.</param>
    public static long Slowed(long step, long change) => step > 0 ? Math.Max(step - change, 0) : Math.Min(step + change, 0);

    private static long Triangle(long n) => n * (n + 1) / 2;
}
