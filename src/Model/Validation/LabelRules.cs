using System.Text.RegularExpressions;
using Mesh.Model.Resources;

namespace Mesh.Model.Validation;

/// <summary>Rules for the form of labels: keys and values as Kubernetes takes them (contract §4.3).</summary>
public static partial class LabelRules
{
    private const int MaxPart = 63;
    private const int MaxPrefix = 253;

    private const string NamePartMessage =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. " +
        "'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string KeyMessage =
        "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. " +
        "'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') " +
        "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";

    private const string ValueMessage =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
        "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>Reports every fault of every label, at <c>labels["key"]</c>, ordered by key.</summary>
    public static void Check(IReadOnlyDictionary<string, string> labels, ViolationList violations)
    {
        foreach (var (key, value) in labels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            var path = new FieldPath(violations, "labels").Key(key);
            CheckKey(key, path);
            CheckValue(value, path);
        }
    }

    /// <summary>
    /// What is wrong with the name of a workload that a new Dataplane gives in its label, or null. Kuma checks it when a Dataplane is
    /// created, apart from the other labels.
    /// </summary>
    public static string? WorkloadError(Resource resource)
    {
        var workload = resource.Label(ResourceLabels.Workload);
        return resource.Kind != "Dataplane" || workload.Length == 0 || HostNames.IsLabel(workload)
            ? null
            : $"labels[\"{ResourceLabels.Workload}\"]: must be a valid DNS-1035 label (at most 63 characters, matching regex " +
              $"[a-z]([-a-z0-9]*[a-z0-9])?): {HostNames.Rfc1035Message}";
    }

    private static void CheckKey(string key, FieldPath path)
    {
        var parts = key.Split('/');
        if (parts.Length > 2)
        {
            path.Add(KeyMessage);
            return;
        }

        var name = parts[^1];
        if (parts.Length == 2)
        {
            CheckPrefix(parts[0], path);
        }

        if (name.Length == 0)
        {
            path.Add("name part must be non-empty");
        }
        else if (name.Length > MaxPart)
        {
            path.Add($"name part must be no more than {MaxPart} characters");
        }

        if (!Word().IsMatch(name))
        {
            path.Add(NamePartMessage);
        }
    }

    private static void CheckPrefix(string prefix, FieldPath path)
    {
        if (prefix.Length == 0)
        {
            path.Add("prefix part must be non-empty");
            return;
        }

        var faults = new ViolationList();
        HostNames.CheckSubdomain(new FieldPath(faults, ""), prefix.Length > MaxPrefix + 1 ? prefix[..(MaxPrefix + 1)] : prefix);
        foreach (var fault in faults)
        {
            path.Add($"prefix part {fault.Message}");
        }
    }

    private static void CheckValue(string value, FieldPath path)
    {
        if (value.Length > MaxPart)
        {
            path.Add($"must be no more than {MaxPart} characters");
        }

        if (value.Length > 0 && !Word().IsMatch(value))
        {
            path.Add(ValueMessage);
        }
    }

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
