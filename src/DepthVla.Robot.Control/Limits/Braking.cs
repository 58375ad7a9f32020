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
    /// <summary>The way of a step and the braking after it, counts.</summary>
    /// <param name="step">The coming step, counts a period.</param>
    /// <param name="change">How much slower each further step is, counts a period².</param>
    public static long Way(long step, long change)
    {
        var n = step / change;
        return (n + 1) * step - change * Triangle(n);
    }

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

    /// <summary>Takes <paramref name="periods"/> steps at once: <paramref name="step"/> first, each further one slowed.</summary>
    /// <param name="position">Moved by the steps taken.</param>
    /// <param name="step">Either way; afterwards the step that comes next.</param>
    /// <param name="change">By how much each step is smaller than the one before.</param>
    /// <param name="periods">How many, at least 1.</param>
    public static void Advance(ref long position, ref long step, long change, long periods)
    {
        var speed = Math.Abs(step);
        var moving = Math.Min(periods, (speed + change - 1) / change);   // the steps that are not 0
        var way = moving * speed - change * Triangle(moving - 1);
        position += step < 0 ? -way : way;
        var left = Math.Max(speed - moving * change, 0);
        step = step < 0 ? -left : left;
    }

    private static long Triangle(long n) => n * (n + 1) / 2;
}
