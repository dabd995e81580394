using Mesh.Model.Values;

namespace Mesh.Model.Validation;

/// <summary>Rules for single values; each reports what is wrong, in the contract's words. Null passes unless said otherwise.</summary>
public static class ValueRules
{
    /// <summary>One of some texts. Null and the right ones pass.</summary>
    public static void OneOf(this FieldPath path, string? value, string field, params IReadOnlyList<string> values)
    {
        if (value is not null && !values.Contains(value))
        {
            path.Add(Messages.OneOf(field, values));
        }
    }

    /// <summary>Above zero.</summary>
    public static void Positive(this FieldPath path, GoDuration? value)
    {
        if (value is { Nanoseconds: <= 0 })
        {
            path.Add("must be greater than zero when defined");
        }
    }

    /// <summary>Not below zero.</summary>
    public static void NotNegative(this FieldPath path, GoDuration? value)
    {
        if (value is { Nanoseconds: < 0 })
        {
            path.Add("must not be negative when defined");
        }
    }

    /// <summary>Above zero.</summary>
    public static void Positive(this FieldPath path, uint? value)
    {
        if (value is 0)
        {
            path.Add("must be greater than 0");
        }
    }

    /// <summary>Above zero.</summary>
    public static void Positive(this FieldPath path, int? value)
    {
        if (value is <= 0)
        {
            path.Add("must be greater than zero when defined");
        }
    }

    /// <summary>0 to 100, fractions allowed.</summary>
    /// <param name="isMandatory">Null is a fault.</param>
    /// <param name="allowsZero">Zero is no fault.</param>
    public static void Percentage(this FieldPath path, IntOrString? value, bool isMandatory = false, bool allowsZero = true)
    {
        if (value is null)
        {
            if (isMandatory)
            {
                path.Add(Messages.MustBeDefined);
            }
        }
        else if (!value.Value.TryGetDecimal(out var number))
        {
            path.Add("string must be a valid number");
        }
        else if (number is < 0 or > 100)
        {
            path.Add("must be in inclusive range [0.0, 100.0]");
        }
        else if (number == 0 && !allowsZero)
        {
            path.Add("must be greater than 0");
        }
    }

    /// <summary>0 to 100, whole.</summary>
    public static void WholePercentage(this FieldPath path, long? value)
    {
        if (value is < 0 or > 100)
        {
            path.Add("must be in inclusive range [0, 100]");
        }
    }

    /// <summary>An HTTP status, 100 to 599.</summary>
    public static void StatusCode(this FieldPath path, int? value)
    {
        if (value is not (>= 100 and <= 599))
        {
            path.Add("must be in inclusive range [100, 599]");
        }
    }

    /// <summary>A port, 1 to 65535. Null is a fault.</summary>
    public static void Port(this FieldPath path, long? value)
    {
        if (value is not (>= 1 and <= 65535))
        {
            path.Add(Messages.InvalidPort);
        }
    }

    /// <summary>Must not be set.</summary>
    public static void Absent(this FieldPath path, object? value, string message)
    {
        if (value is not null)
        {
            path.Add(message);
        }
    }
}
