using System.Text.RegularExpressions;
using Mesh.Model.Policies;
using Mesh.Model.Resources;
using Mesh.Model.Validation;

namespace Mesh.Policies.MeshFaultInjection;

/// <summary>
/// Rules of MeshFaultInjections (contract §2.6). Paths name the fault before its index (<c>http.abort[0]</c>), as clients know them.
/// </summary>
internal static partial class MeshFaultInjectionValidator
{
    private static readonly string[] _destinations = [TargetKinds.Mesh];

    public static void Validate(Resource resource, ViolationList violations)
    {
        var spec = resource.SpecAs<MeshFaultInjectionSpec>();
        var path = FieldPath.Spec(violations);
        path.Field("targetRef").TopTarget(spec.TargetRef, spec.Rules is { Count: > 0 });
        if (spec.To is { Count: > 0 } && spec.TargetRef is not (null or { Kind: TargetKinds.Mesh }))
        {
            path.Field("to").Add(Messages.MustNotBeDefined);
        }
        else
        {
            for (var i = 0; i < spec.To?.Count; i++)
            {
                var field = path.Field("to").Index(i);
                field.Field("targetRef").Target(spec.To[i].TargetRef, _destinations);
                CheckFaults(spec.To[i].Default?.Http ?? [], field.Field("default").Field("http"));
            }
        }

        for (var i = 0; i < spec.Rules?.Count; i++)
        {
            var field = path.Field("rules").Index(i);
            field.Field("matches").Matches(spec.Rules[i].Matches);
            CheckFaults(spec.Rules[i].Default?.Http ?? [], field.Field("default").Field("http"));
        }
    }

    private static void CheckFaults(IReadOnlyList<HttpFault> faults, FieldPath path)
    {
        for (var i = 0; i < faults.Count; i++)
        {
            if (faults[i].Abort is { } abort)
            {
                var field = path.Field("abort").Index(i);
                field.Field("httpStatus").StatusCode(abort.HttpStatus);
                field.Field("percentage").Percentage(abort.Percentage, isMandatory: true);
            }

            if (faults[i].Delay is { } delay)
            {
                var field = path.Field("delay").Index(i);
                field.Field("value").NotNegative(delay.Value);
                field.Field("percentage").Percentage(delay.Percentage, isMandatory: true);
            }

            if (faults[i].ResponseBandwidth is { } bandwidth)
            {
                var field = path.Field("responseBandwidth").Index(i);
                CheckBandwidth(bandwidth.Limit, field.Field("responseBandwidth"));
                field.Field("percentage").Percentage(bandwidth.Percentage, isMandatory: true);
            }
        }
    }

    private static void CheckBandwidth(string? limit, FieldPath path)
    {
        if (string.IsNullOrEmpty(limit))
        {
            path.Add(Messages.MustBeDefined);
        }
        else if (!Bandwidth().IsMatch(limit))
        {
            path.Add("must be in kbps/Mbps/Gbps units");
        }
    }

    [GeneratedRegex(@"^[0-9]+\s?[GMk]bps\z", RegexOptions.CultureInvariant)]
    private static partial Regex Bandwidth();
}
