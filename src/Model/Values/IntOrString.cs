using System.Globalization;
using System.Text.Json.Serialization;

namespace Mesh.Model.Values;

/// <summary>
/// A value that the contract allows as a number or as text: a port by number or name, a percentage <c>25</c> or <c>"12.5"</c>.
/// </summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString
{
    private readonly string? _text;
    private readonly int _number;

    /// <summary>A number.</summary>
    public IntOrString(int number) => _number = number;

    /// <summary>A text.</summary>
    public IntOrString(string text) => _text = text;

    /// <summary>True when it was given as a number.</summary>
    public bool IsNumber => _text is null;

    /// <summary>The number; 0 for a text.</summary>
    public int Number => _number;

    /// <summary>The text, or null for a number.</summary>
    public string? Text => _text;

    /// <summary>Its value as a decimal number; false for a text that is none.</summary>
    public bool TryGetDecimal(out decimal value)
    {
        if (_text is null)
        {
            value = _number;
            return true;
        }

        return decimal.TryParse(_text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A number.</summary>
    public static implicit operator IntOrString(int number) => new(number);

    /// <summary>A text.</summary>
    public static implicit operator IntOrString(string text) => new(text);

    /// <summary>A number.</summary>
    public static IntOrString FromInt32(int number) => new(number);

    /// <summary>A text.</summary>
    public static IntOrString FromString(string text) => new(text);

    /// <inheritdoc/>
    public override string ToString() => _text ?? _number.ToString(CultureInfo.InvariantCulture);
}
