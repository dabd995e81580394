using System.Globalization;
using Mesh.Durability;

// What the embedded store promises, measured where it is kept: the folder should be on the disk that counts.
//   writes [writers 50] [seconds 10] [folder]     B16: acknowledged writes per second and their times, beside a bare flush of that disk
//   kill [resources 1000000] [folder [mesh]]      B17: kill -9 while writing, then until a control plane serves again; nothing acknowledged is lost;
//                                                 `mesh` is the program as published, otherwise the one that was built with this one
//   fill FOLDER RESOURCES                         what `kill` kills
//   open FOLDER                                   opens what was filled, for profiles
switch (args)
{
    case ["writes", .. var rest]:
        await WriteRate.MeasureAsync(Number(rest, 0, 50), TimeSpan.FromSeconds(Number(rest, 1, 10)), rest.Length > 2 ? rest[2] : null);
        return 0;
    case ["kill", .. var rest]:
        return await KillRecovery.MeasureAsync(Number(rest, 0, 1_000_000), rest.Length > 1 ? rest[1] : null, rest.Length > 2 ? rest[2] : null);
    case ["fill", var folder, var count]:
        await Filling.RunAsync(folder, int.Parse(count, CultureInfo.InvariantCulture));
        return 0;
    case ["open", var folder]:
        await using (await KillRecovery.OpenAsync(folder))
        {
            return 0;
        }

    default:
        Console.Error.WriteLine("writes [writers] [seconds] [folder] | kill [resources] [folder [mesh]]");
        return 2;
}

static int Number(string[] arguments, int index, int otherwise) =>
    arguments.Length > index ? int.Parse(arguments[index], CultureInfo.InvariantCulture) : otherwise;
