using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Mesh.Model.Text;

namespace Mesh.Model.Values;

/// <summary>
/// A duration as the contract writes it: <c>1h2m3.5s</c>, <c>250ms</c>, <c>0s</c>. Resolution is one nanosecond, range
/// about 292 years to either side. Printing normalises: <c>1500ms</c> becomes <c>1.5s</c>, <c>11m</c> becomes <c>11m0s</c>.
/// </summary>
/// <param name="Nanoseconds">Length in nanoseconds; may be negative.</param>
[JsonConverter(typeof(GoDurationConverter))]
public readonly record struct GoDuration(long Nanoseconds) : IComparable<GoDuration>
{
    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789.");

    private const long Microsecond = 1_000;
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000_000_000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    /// <summary>No time at all.</summary>
    public static GoDuration Zero => default;

    /// <summary>The same length as a <see cref="TimeSpan"/>, cut to 100 ns.</summary>
    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks(Nanoseconds / 100);

    /// <summary>A duration of this length.</summary>
    public static GoDuration From(TimeSpan span) => new(checked(span.Ticks * 100));

    /// <summary>A duration of whole seconds.</summary>
    public static GoDuration FromSeconds(long seconds) => new(checked(seconds * Second));

    /// <summary>A duration of whole milliseconds.</summary>
    public static GoDuration FromMilliseconds(long milliseconds) => new(checked(milliseconds * Millisecond));

    /// <inheritdoc/>
    public int CompareTo(GoDuration other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Shorter than.</summary>
    public static bool operator <(GoDuration left, GoDuration right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Longer than.</summary>
    public static bool operator >(GoDuration left, GoDuration right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Not longer than.</summary>
    public static bool operator <=(GoDuration left, GoDuration right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Not shorter than.</summary>
    public static bool operator >=(GoDuration left, GoDuration right) => left.Nanoseconds >= right.Nanoseconds;

    /// <summary>Reads a duration: an optional sign, then numbers with units <c>h m s ms us µs ns</c>; <c>0</c> needs no unit.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out GoDuration duration)
    {
        duration = default;
        var negative = text is ['-', ..];
        var rest = text is ['-' or '+', ..] ? text[1..] : text;
        if (rest is "0")
        {
            return true;
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        decimal total = 0;
        while (!rest.IsEmpty)
        {
            if (!TryTakeTerm(ref rest, ref total))
            {
                return false;
            }
        }

        total = decimal.Truncate(negative ? -total : total);
        if (total is < long.MinValue or > long.MaxValue)
        {
            return false;
        }

        duration = new GoDuration((long)total);
        return true;
    }

    /// <summary>Reads a duration that must be right.</summary>
    /// <exception cref="FormatException">It is not a duration.</exception>
    public static GoDuration Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException(ErrorFor(text));

    /// <summary>What is wrong with a text that is no duration, in the contract's words.</summary>
    public static string ErrorFor(string text)
    {
        var rest = text is ['-' or '+', ..] ? text.AsSpan(1) : text;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(_digits);
            if (digits == 0 || rest[0] == '.' && digits == 1)
            {
                break;
            }

            if (digits < 0)
            {
                return $"time: missing unit in duration {GoText.Quote(text)}";
            }

            rest = rest[digits..];
            var end = rest.IndexOfAny(_digits);
            var unit = end < 0 ? rest : rest[..end];
            if (unit is not ("ns" or "us" or "µs" or "μs" or "ms" or "s" or "m" or "h"))
            {
                return $"time: unknown unit {GoText.Quote(unit.ToString())} in duration {GoText.Quote(text)}";
            }

            rest = end < 0 ? [] : rest[end..];
        }

        return $"time: invalid duration {GoText.Quote(text)}";
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Nanoseconds == 0)
        {
            return "0s";
        }

        var text = new StringBuilder(24);
        decimal left = Nanoseconds;
        if (left < 0)
        {
            text.Append('-');
            left = -left;
        }

        if (left < Second)
        {
            var (unit, name) = left < Microsecond ? (1L, "ns") : left < Millisecond ? (Microsecond, "µs") : (Millisecond, "ms");
            return text.Append(Plain(left / unit)).Append(name).ToString();
        }

        var hours = decimal.Truncate(left / Hour);
        var minutes = decimal.Truncate(left % Hour / Minute);
        if (hours > 0)
        {
            text.Append(Plain(hours)).Append('h');
        }

        if (hours > 0 || minutes > 0)
        {
            text.Append(Plain(minutes)).Append('m');
        }

        return text.Append(Plain(left % Minute / Second)).Append('s').ToString();
    }

    private static string Plain(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);

    private static bool TryTakeTerm(ref ReadOnlySpan<char> rest, ref decimal total)
    {
        var digits = rest.IndexOfAnyExcept(_digits);
        // A decimal holds 28 digits; longer numbers cannot be durations in range, except for useless trailing digits.
        if (digits is <= 0 or > 28 ||
            !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        rest = rest[digits..];
        var end = rest.IndexOfAny(_digits);
        var name = end < 0 ? rest : rest[..end];
        var unit = name switch
        {
            "ns" => 1,
            "us" or "µs" or "μs" => Microsecond,
            "ms" => Millisecond,
            "s" => Second,
            "m" => Minute,
            "h" => Hour,
            _ => 0,
        };
        if (unit == 0 || number > -(decimal)long.MinValue / unit)
        {
            return false;
        }

        total += number * unit;
        rest = end < 0 ? [] : rest[end..];
        return total <= -(decimal)long.MinValue;
    }
}
