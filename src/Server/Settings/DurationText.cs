using System.Globalization;
using System.Text;

namespace Mesh.Server.Settings;

/// <summary>Durations as settings and the API write them: <c>1h30m</c>, <c>500ms</c>, <c>2h0m0s</c>.</summary>
internal static class DurationText
{
    private static readonly (string Unit, decimal Ticks)[] _units =
    [
        ("ns", 0.01m), ("us", 10m), ("µs", 10m), ("ms", 10_000m), ("s", 10_000_000m), ("m", 600_000_000m), ("h", 36_000_000_000m),
    ];

    /// <summary>Reads a duration; false for anything else, and for what does not fit.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan();
        var negative = false;
        if (rest.Length > 0 && rest[0] is '-' or '+')
        {
            negative = rest[0] == '-';
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return true;
        }

        if (rest.IsEmpty || rest.Length > 64)
        {
            return false;
        }

        var ticks = 0m;
        while (!rest.IsEmpty)
        {
            if (!TryTakePart(ref rest, out var part))
            {
                return false;
            }

            ticks += part;
        }

        if (ticks > long.MaxValue)
        {
            return false;
        }

        duration = TimeSpan.FromTicks((long)(negative ? -ticks : ticks));
        return true;
    }

    /// <summary>Writes a duration the way Go prints it, which clients compare as text.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = new StringBuilder(duration < TimeSpan.Zero ? "-" : "");
        var left = duration.Duration();
        if (left < TimeSpan.FromSeconds(1))
        {
            return left < TimeSpan.FromMilliseconds(1)
                ? text.Append(Number(left.Ticks / 10m)).Append("µs").ToString()
                : text.Append(Number(left.Ticks / 10_000m)).Append("ms").ToString();
        }

        var hours = (long)left.TotalHours;
        if (hours > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        }

        if (hours > 0 || left.Minutes > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{left.Minutes}m");
        }

        var seconds = (left.Ticks % TimeSpan.TicksPerMinute) / (decimal)TimeSpan.TicksPerSecond;
        return text.Append(Number(seconds)).Append('s').ToString();
    }

    private static string Number(decimal value) => value.ToString("0.#######", CultureInfo.InvariantCulture);

    private static bool TryTakePart(ref ReadOnlySpan<char> rest, out decimal ticks)
    {
        ticks = 0;
        var length = 0;
        while (length < rest.Length && (char.IsAsciiDigit(rest[length]) || rest[length] == '.'))
        {
            length++;
        }

        if (length is 0 or > 20
            || !decimal.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        rest = rest[length..];
        var unitLength = 0;
        while (unitLength < rest.Length && !char.IsAsciiDigit(rest[unitLength]) && rest[unitLength] != '.')
        {
            unitLength++;
        }

        foreach (var (unit, factor) in _units)
        {
            if (rest[..unitLength].SequenceEqual(unit) && value < long.MaxValue / factor)
            {
                ticks = value * factor;
                rest = rest[unitLength..];
                return true;
            }
        }

        return false;
    }
}
