using EnvoyApi.Type.V3;

namespace Mesh.Policies.Routing;

/// <summary>Percentages as Envoy counts them: whole numbers of hundredths, ten thousandths or millionths.</summary>
public static class Percentages
{
    /// <summary>A percentage from 0 to 100 with the coarsest denominator that holds it.</summary>
    public static FractionalPercent ToFraction(decimal percentage)
    {
        var value = Math.Clamp(percentage, 0m, 100m);
        if (decimal.IsInteger(value))
        {
            return Of(value, FractionalPercent.Types.DenominatorType.Hundred);
        }

        return decimal.IsInteger(value * 100)
            ? Of(value * 100, FractionalPercent.Types.DenominatorType.TenThousand)
            : Of(decimal.Round(value * 10000), FractionalPercent.Types.DenominatorType.Million);
    }

    private static FractionalPercent Of(decimal numerator, FractionalPercent.Types.DenominatorType denominator) =>
        new() { Numerator = (uint)numerator, Denominator = denominator };
}
