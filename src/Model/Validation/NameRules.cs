namespace Mesh.Model.Validation;

/// <summary>Rules for the names of all resources (contract §1).</summary>
public static class NameRules
{
    private const int MaxLength = 253;

    /// <summary>Reports what is wrong with a name, at <c>name</c>.</summary>
    public static void Check(string name, ViolationList violations, string field = "name")
    {
        if (name.Length == 0)
        {
            violations.Add(field, "cannot be empty");
            return;
        }

        if (name.Length > MaxLength)
        {
            violations.Add(field, $"value length must less or equal {MaxLength}");
        }

        if (!HostNames.Subdomain().IsMatch(name))
        {
            violations.Add(
                field,
                "invalid characters. A lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', " +
                "and must start and end with an alphanumeric character");
        }
    }
}
