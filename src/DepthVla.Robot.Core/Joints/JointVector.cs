using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DepthVla.Robot.Core.Joints;

/// <summary>One number per joint, by value, in the joint order of the <see cref="JointSpec"/> list it belongs to.</summary>
/// <remarks>Holds at most <see cref="MaxJoints"/> values inline, so copying it allocates nothing. Real-time safe.</remarks>
public struct JointVector : IEquatable<JointVector>
{
    /// <summary>The most joints a robot may have: two 7-joint arms with grippers.</summary>
    public const int MaxJoints = 16;

    private Values _values;

    private JointVector(int count) => Count = count;

    /// <summary>How many joints there are.</summary>
    public int Count { get; }

    /// <summary>True when no value is NaN or infinite.</summary>
    public readonly bool IsFinite
    {
        get
        {
            foreach (var value in AsReadOnlySpan()) if (!double.IsFinite(value)) return false;
            return true;
        }
    }

    /// <summary>The value of joint <paramref name="joint"/>.</summary>
    public double this[int joint]
    {
        readonly get { Debug.Assert((uint)joint < (uint)Count, "a joint index lies within the vector"); return _values[joint]; }
        set { Debug.Assert((uint)joint < (uint)Count, "a joint index lies within the vector"); _values[joint] = value; }
    }

    /// <summary>A vector of <paramref name="count"/> zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than <see cref="MaxJoints"/> joints.</exception>
    public static JointVector Zero(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxJoints);
        return new JointVector(count);
    }

    /// <summary>A copy of <paramref name="values"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than <see cref="MaxJoints"/> values.</exception>
    public static JointVector From(ReadOnlySpan<double> values)
    {
        var vector = Zero(values.Length);
        values.CopyTo(vector.AsSpan());
        return vector;
    }

    /// <summary>The values in place; writing to the span writes to this vector.</summary>
    [UnscopedRef]
    public Span<double> AsSpan() => MemoryMarshal.CreateSpan(ref _values[0], Count);

    /// <summary>The values in place, read only.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<double> AsReadOnlySpan() => MemoryMarshal.CreateReadOnlySpan(in _values[0], Count);

    /// <summary>A copy on the heap. Not real-time safe.</summary>
    public readonly double[] ToArray() => AsReadOnlySpan().ToArray();

    /// <inheritdoc/>
    public readonly bool Equals(JointVector other) => AsReadOnlySpan().SequenceEqual(other.AsReadOnlySpan());

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is JointVector other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var value in AsReadOnlySpan()) hash.Add(value);
        return hash.ToHashCode();
    }

    /// <summary>Equal counts and values.</summary>
    public static bool operator ==(JointVector left, JointVector right) => left.Equals(right);

    /// <summary>Different counts or values.</summary>
    public static bool operator !=(JointVector left, JointVector right) => !left.Equals(right);

    /// <inheritdoc/>
    public override readonly string ToString() =>
        $"[{string.Join(", ", ToArray().Select(v => v.ToString("0.####", CultureInfo.InvariantCulture)))}]";

    [InlineArray(MaxJoints)]
    private struct Values
    {
        private double _first;
    }
}
