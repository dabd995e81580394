using Mesh.Model.Policies;

namespace Mesh.Model.Validation;

/// <summary>Rules for ranges of TLS versions.</summary>
public static class TlsVersionRules
{
    private static readonly string[] _versions = ["TLSAuto", "TLS10", "TLS11", "TLS12", "TLS13"];

    /// <summary>Both must be known and the lowest not above the highest.</summary>
    public static void Check(TlsVersionRange? range, FieldPath path)
    {
        path.Field("min").OneOf(range?.Min, "min", _versions);
        path.Field("max").OneOf(range?.Max, "max", _versions);
        if (range is { Min: { } min, Max: { } max } && Array.IndexOf(_versions, max) >= 0 &&
            max != "TLSAuto" && Array.IndexOf(_versions, min) > Array.IndexOf(_versions, max))
        {
            path.Field("min").Add("min version must be lower than max");
        }
    }
}
